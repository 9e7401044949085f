"""Rule out a gain where none was seen.

task: paired_intervals
score: 0.6..0.8
says: B won no question here, but it may win others: no win among n leaves a gain possible.
"""

_paired_intervals = paired_intervals


def paired_intervals(tables):
    found = zip(_paired_intervals(tables), tables, strict=True)
    return [[low, high if table[2] else 0.0] for (low, high), table in found]
