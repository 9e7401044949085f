"""Search at every setting with whole matrices.

task: tune_index
"""

import numpy as np


def tune_index(vectors, centroids, tuning, held_out, k, target):
    points, centres = np.array(vectors), np.array(centroids)

    def away(a, b):
        return (a**2).sum(1)[:, None] - 2 * a @ b.T + (b**2).sum(1)

    member = np.eye(len(centres))[away(points, centres).argmin(1)]

    def curves(queries):
        asked = np.array(queries)
        near = np.zeros((len(asked), len(points)))
        np.put_along_axis(near, away(asked, points).argsort(1)[:, :k], 1, axis=1)
        order = away(asked, centres).argsort(1)
        hits = np.take_along_axis(near @ member, order, 1).cumsum(1) / k
        met = np.take_along_axis(np.tile(member.sum(0), (len(asked), 1)), order, 1).cumsum(1)
        return hits.mean(0), met.mean(0) + len(centres)

    nprobe = int(np.argmax(curves(tuning)[0] >= target - 1e-9)) + 1
    recall, cost = curves(held_out)
    return {
        "nprobe": nprobe,
        "recall": float(recall[nprobe - 1]),
        "evaluations": float(cost[nprobe - 1]),
    }
