"""Run the clean test once more for each failure.

task: trials_needed
score: 0.6
says: Trials do not grow in proportion to the failures allowed: 473 for one, not twice 299.
"""

_trials_needed = trials_needed


def trials_needed(rate, confidence, allowed):
    return _trials_needed(rate, confidence, 0) * (allowed + 1)
