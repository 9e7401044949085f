"""Count what does not agree.

task: detect_unsupported
score: 0
says: A count of mismatches is no score: two of them make 2, and 1 may be the most or half of it. Bring it into 0 to 1.
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
        topic = set(WORD.findall(said)) - STOP - NOT - set(values)
        missing = topic - set(WORD.findall(normal(passage)))
        scores.append(int(wrong) + int(len(missing) > 0))
    return scores
