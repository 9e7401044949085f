"""Plan as if no failure were allowed.

task: trials_needed
score: 0.6
says: With failures allowed more trials are needed: ask for the chance of at most that many.
"""

_trials_needed = trials_needed


def trials_needed(rate, confidence, allowed):
    return _trials_needed(rate, confidence, 0)
