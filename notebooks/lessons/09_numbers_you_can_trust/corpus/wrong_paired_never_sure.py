"""Say that anything is possible.

task: paired_intervals
score: 0
says: An interval from -1 to 1 is never wrong and says nothing.
"""


def paired_intervals(tables):
    return [[-1.0, 1.0] for _ in tables]
