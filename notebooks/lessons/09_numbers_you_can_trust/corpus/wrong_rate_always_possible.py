"""Say that anything is possible.

task: rate_intervals
score: 0
says: An interval from 0 to 1 is never wrong and says nothing.
"""


def rate_intervals(rows, confidence):
    return [[0.0, 1.0] for _ in rows]
