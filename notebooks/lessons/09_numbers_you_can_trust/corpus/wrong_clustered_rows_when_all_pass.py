"""Count rows where nothing varies.

task: clustered_interval
score: 0.71..0.72
says: Where everything passes you cannot see how alike questions are, so the rows may be copies: count documents there.
"""

_clustered_interval = clustered_interval


def clustered_interval(documents):
    rows = sum(asked for _, asked in documents)
    if all(passed == asked for passed, asked in documents):
        return wilson(1.0, rows, 1.96)
    return _clustered_interval(documents)
