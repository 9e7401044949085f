"""Let every version pass that has a range to stand beside.

task: detect_unsupported
score: 0.5
says: You never compare versions: 4.7.4 is affected up to 4.7.3 and fixed in 4.7.4. Compare them as tuples with low, high and fixed.
"""


def detect_unsupported(claims, passages):
    scores = []
    for claim, passage in zip(claims, passages, strict=True):
        best = nearest(claim, passage)
        said, held = normal(claim), normal(best)
        values, known = VALUE.findall(said), VALUE.findall(held)
        negated = not NOT.isdisjoint(WORD.findall(said))
        claimed = [version(v) for v in values if v.count(".") == 2]
        border = [version(v) for v in known if v.count(".") == 2]
        if best == statements(passage)[-1]:
            wrong = True
        elif claimed and len(border) == 3:
            wrong = False
        elif values:
            wrong = not set(values) <= set(known)
        elif names := NAME.findall(best):
            wrong = not any(name in claim for name in names)
        else:
            wrong = negated == NOT.isdisjoint(WORD.findall(held))
        scores.append(float(wrong))
    return scores
