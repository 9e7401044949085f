"""Flag long claims.

task: detect_unsupported
score: 0
says: You look at length alone, which says nothing about support.
"""


def detect_unsupported(claims, passages):
    return [min(1.0, len(claim) / 120) for claim in claims]
