"""Find the depth from running sums.

task: rerank
"""

import math
from itertools import accumulate


def rerank(first, scores, cost, budget):
    made, spent = {}, []
    for query, ids in first.items():
        sums = [0.0, *accumulate(cost[name] for name in ids)]
        depth = max(n for n, total in enumerate(sums) if total <= budget)
        head = sorted(ids[:depth], key=scores[query].__getitem__, reverse=True)
        made[query] = [*head, *ids[depth:]]
        spent.append(sums[depth])
    return {"ranked": made, "p95": sorted(spent)[math.ceil(0.95 * len(spent)) - 1]}
