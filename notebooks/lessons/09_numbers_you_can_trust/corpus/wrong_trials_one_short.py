"""Round down.

task: trials_needed
score: 0
says: One trial short: with that many, the chance is still above 1 - confidence.
"""

_trials_needed = trials_needed


def trials_needed(rate, confidence, allowed):
    return _trials_needed(rate, confidence, allowed) - 1
