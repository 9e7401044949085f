"""Forget the confidence.

task: trials_needed
score: 0.4..0.8
says: The confidence is an argument; you always used 95 %.
"""

_trials_needed = trials_needed


def trials_needed(rate, confidence, allowed):
    return _trials_needed(rate, 0.95, allowed)
