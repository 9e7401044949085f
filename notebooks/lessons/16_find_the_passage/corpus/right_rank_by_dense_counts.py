"""Score a dense count matrix of current entries, all questions at once.

task: rank_passages
"""

import numpy as np


def rank_passages(asked, passages):
    live = [p for p in passages if not p["deprecated"]]
    rows = [terms(p["name"] + " " + p["description"]) for p in live]
    vocabulary = {t: i for i, t in enumerate(sorted({t for row in rows for t in row}))}
    counts = np.zeros((len(rows), len(vocabulary)))
    for place, row in enumerate(rows):
        for term in row:
            counts[place, vocabulary[term]] += 1
    df = (counts > 0).sum(axis=0)
    length = counts.sum(axis=1, keepdims=True)
    weight = np.log(1 + (len(rows) - df + 0.5) / (df + 0.5))
    matrix = weight * counts / (counts + 1.5 * (0.25 + 0.75 * length / length.mean()))
    made = {}
    for name, text in asked.items():
        columns = [vocabulary[t] for t in terms(text) if t in vocabulary]
        scores = matrix[:, columns].sum(axis=1)
        best = sorted(range(len(live)), key=lambda i: (-scores[i], live[i]["id"]))
        made[name] = [live[i]["id"] for i in best[:10]]
    return made
