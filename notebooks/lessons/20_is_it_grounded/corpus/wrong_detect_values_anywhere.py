"""Ask whether the claim's values stand anywhere in the passage.

task: detect_unsupported
score: 0..0.3
says: You find the value somewhere in the passage. It belongs to another item: look in the nearest statement.
"""


def detect_unsupported(claims, passages):
    scores = []
    for claim, passage in zip(claims, passages, strict=True):
        known = set(VALUE.findall(normal(passage)))
        scores.append(float(not set(VALUE.findall(normal(claim))) <= known))
    return scores
