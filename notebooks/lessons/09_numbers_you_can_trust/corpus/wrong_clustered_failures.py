"""Answer for failures.

task: clustered_interval
score: 0..0.15
says: The share asked for is that of passes, and yours is that of failures.
"""

_clustered_interval = clustered_interval


def clustered_interval(documents):
    low, high = _clustered_interval(documents)
    return [1 - high, 1 - low]
