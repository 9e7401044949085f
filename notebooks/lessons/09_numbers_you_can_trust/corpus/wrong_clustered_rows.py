"""Count rows.

task: clustered_interval
score: 0.28..0.43
says: Rows of one document repeat each other: an interval on rows is far too narrow where documents are alike.
"""


def clustered_interval(documents):
    passed = sum(passed for passed, _ in documents)
    asked = sum(asked for _, asked in documents)
    return wilson(passed / asked, asked, 1.96)
