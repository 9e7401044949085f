"""Subtract the other way.

task: paired_intervals
score: 0..0.4
says: The difference is B minus A: positive where B passes more.
"""

_paired_intervals = paired_intervals


def paired_intervals(tables):
    return [[-high, -low] for low, high in _paired_intervals(tables)]
