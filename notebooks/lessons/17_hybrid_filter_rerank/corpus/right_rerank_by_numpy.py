"""Sort places with numpy, and take the percentile without interpolation.

task: rerank
"""

import numpy as np


def rerank(first, scores, cost, budget):
    made, spent = {}, []
    for query, ids in first.items():
        sums = np.cumsum([cost[name] for name in ids])
        depth = int((sums <= budget).sum())
        own = np.array([scores[query][name] for name in ids[:depth]])
        made[query] = [ids[i] for i in np.argsort(-own, kind="stable")] + ids[depth:]
        spent.append(float(sums[depth - 1]) if depth else 0.0)
    return {"ranked": made, "p95": float(np.percentile(spent, 95, method="inverted_cdf"))}
