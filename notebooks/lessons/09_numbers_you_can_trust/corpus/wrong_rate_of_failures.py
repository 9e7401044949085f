"""Answer for failures.

task: rate_intervals
score: 0
says: The rate asked for is that of passes, and yours is that of failures.
"""

_rate_intervals = rate_intervals


def rate_intervals(rows, confidence):
    return _rate_intervals([[asked - passed, asked] for passed, asked in rows], confidence)
