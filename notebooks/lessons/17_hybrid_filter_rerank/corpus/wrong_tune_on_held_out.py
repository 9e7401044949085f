"""Choose the setting on the queries it is reported on.

task: tune_index
score: 0
says: You choose nprobe on the held-out queries: then nothing is held out any more.
"""

import numpy as np


def tune_index(vectors, centroids, tuning, held_out, k, target):
    points, centres = np.array(vectors), np.array(centroids)
    home = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)

    def measure(queries, nprobe):
        recalls, costs = [], []
        for query in np.array(queries):
            to_lists = ((centres - query) ** 2).sum(axis=1)
            away = ((points - query) ** 2).sum(axis=1)
            met = np.flatnonzero(np.isin(home, to_lists.argsort()[:nprobe]))
            got = met[away[met].argsort()[:k]]
            exact = away.argsort()[:k]
            recalls.append(len(set(got) & set(exact)) / k)
            costs.append(len(centres) + len(met))
        return float(np.mean(recalls)), float(np.mean(costs))

    nprobe = 1
    while nprobe < len(centres) and measure(held_out, nprobe)[0] < target - 1e-9:
        nprobe += 1
    recall, evaluations = measure(held_out, nprobe)
    return {"nprobe": nprobe, "recall": recall, "evaluations": evaluations}
