"""Share the error between two sides.

task: trials_needed
score: 0
says: A clean run can only be too good: the question has one side, so 1 - confidence is not halved.
"""

_trials_needed = trials_needed


def trials_needed(rate, confidence, allowed):
    return _trials_needed(rate, 1 - (1 - confidence) / 2, allowed)
