"""Fit a logistic regression on features of the lesson's labelled claims.

task: detect_unsupported
"""

import numpy as np


def features(claim, passage):
    best, parts = nearest(claim, passage), statements(passage)
    said, held = normal(claim), normal(best)
    values, known = VALUE.findall(said), VALUE.findall(held)
    bag, other = set(WORD.findall(said)), set(WORD.findall(held))
    versions = [version(v) for v in values if v.count(".") == 2]
    borders = [version(v) for v in known if v.count(".") == 2]
    plain = len(versions) == 0
    names = NAME.findall(best)
    inside = outside = strange = False
    if versions and len(borders) == 3:
        told = re.search("fix|gone|repair|cure", said)
        within = borders[0] <= versions[0] <= borders[1]
        strange = versions != (borders[2:] if told else borders[: len(versions)])
        strange = strange and (len(versions) == 2 or told is not None)
        single = len(versions) == 1 and not told
        inside = single and within == (not NOT.isdisjoint(bag))
    return [
        1.0,
        best == parts[-1],
        plain and not set(values) <= set(known),
        strange,
        inside,
        not values and bool(names) and not any(n in claim for n in names),
        not values and not names and NOT.isdisjoint(bag) != NOT.isdisjoint(other),
    ]


def fitted(x, y):
    weights = np.zeros(x.shape[1])
    for _ in range(12):
        chance = 1 / (1 + np.exp(-x @ weights))
        curve = (x.T * (chance * (1 - chance))) @ x + 0.1 * np.eye(len(weights))
        weights += np.linalg.solve(curve, x.T @ (y - chance) - 0.1 * weights)
    return weights


def table(claims, passages):
    return np.array([features(c, p) for c, p in zip(claims, passages, strict=True)], dtype=float)


WEIGHTS = fitted(table(rows.claim, rows.passage), rows.bad.to_numpy(dtype=float))


def detect_unsupported(claims, passages):
    return (1 / (1 + np.exp(-table(claims, passages) @ WEIGHTS))).tolist()
