"""Put all gains into one array, queries by ranks.

task: score_run
"""

import numpy as np


def score_run(run, qrels, k):
    got = np.zeros((len(qrels), k))
    best = np.zeros((len(qrels), k))
    total = np.zeros(len(qrels))
    for row, (query, gains) in enumerate(qrels.items()):
        for rank, name in enumerate(list(dict.fromkeys(run.get(query, [])))[:k]):
            got[row, rank] = gains.get(name, 0)
        ideal = sorted(gains.values(), reverse=True)[:k]
        best[row, : len(ideal)] = ideal
        total[row] = sum(gain > 0 for gain in gains.values())
    hit = got > 0
    discount = 1 / np.log2(np.arange(2, k + 2))
    first = np.where(hit.any(axis=1), 1 / (hit.argmax(axis=1) + 1), 0)
    return {
        "P": hit.mean(),
        "R": (hit.sum(axis=1) / total).mean(),
        "RR": first.mean(),
        "nDCG": ((got @ discount) / (best @ discount)).mean(),
    }
