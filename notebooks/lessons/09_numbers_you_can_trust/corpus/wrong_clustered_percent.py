"""Return percent.

task: clustered_interval
score: 0
says: Return shares between 0 and 1, not percent.
"""

_clustered_interval = clustered_interval


def clustered_interval(documents):
    return [100 * end for end in _clustered_interval(documents)]
