"""Return percent.

task: rate_intervals
score: 0
says: Return shares between 0 and 1, not percent.
"""

_rate_intervals = rate_intervals


def rate_intervals(rows, confidence):
    return [[100 * low, 100 * high] for low, high in _rate_intervals(rows, confidence)]
