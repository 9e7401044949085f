"""Count each document once, always.

task: clustered_interval
score: 0.57..0.86
says: Documents whose questions are not alike are worth their rows; counting documents throws most of that away.
"""


def clustered_interval(documents):
    passed = sum(passed for passed, _ in documents)
    asked = sum(asked for _, asked in documents)
    return wilson(passed / asked, len(documents), 1.96)
