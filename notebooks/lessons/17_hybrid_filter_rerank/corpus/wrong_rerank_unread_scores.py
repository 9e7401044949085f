"""Sort by scores that were not paid for.

task: rerank
score: 0.25
says: You sort by scores that you did not pay for.
"""

import math


def rerank(first, scores, cost, budget):
    made, spent = {}, []
    for query, ids in first.items():
        total = 0.0
        for name in ids:
            if total + cost[name] > budget:
                break
            total += cost[name]
        own = scores[query]
        made[query] = sorted(ids, key=lambda name: -own[name])
        spent.append(total)
    spent.sort()
    return {"ranked": made, "p95": spent[math.ceil(0.95 * len(spent)) - 1]}
