"""Flag everything.

task: detect_unsupported
score: 0
says: You give every claim the same score, so nothing is told apart.
"""


def detect_unsupported(claims, passages):
    return [1.0 for _ in claims]
