"""Stop after the candidate that exceeds the budget.

task: rerank
score: 0.37..0.38
says: You pay for the candidate that exceeds the budget: check before you pay.
"""

import math


def rerank(first, scores, cost, budget):
    made, spent = {}, []
    for query, ids in first.items():
        total, depth = 0.0, 0
        for name in ids:
            if total >= budget:
                break
            total += cost[name]
            depth += 1
        own = scores[query]
        made[query] = sorted(ids[:depth], key=lambda name: -own[name]) + ids[depth:]
        spent.append(total)
    spent.sort()
    return {"ranked": made, "p95": spent[math.ceil(0.95 * len(spent)) - 1]}
