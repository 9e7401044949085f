"""Flag claims that share few words with the passage.

task: detect_unsupported
score: 0
says: You count shared words. A near miss shares as many as the truth; compare what the one nearest statement says.
"""


def detect_unsupported(claims, passages):
    return [1 - shared(claim, passage) for claim, passage in zip(claims, passages, strict=True)]
