"""Refuse the candidate that costs exactly what is left.

task: rerank
score: 0.87..0.88
says: You refuse a candidate that costs exactly what is left; it does not exceed the budget.
"""

import math


def rerank(first, scores, cost, budget):
    made, spent = {}, []
    for query, ids in first.items():
        total, depth = 0.0, 0
        for name in ids:
            if total + cost[name] + 1e-9 >= budget:
                break
            total += cost[name]
            depth += 1
        own = scores[query]
        made[query] = sorted(ids[:depth], key=lambda name: -own[name]) + ids[depth:]
        spent.append(total)
    spent.sort()
    return {"ranked": made, "p95": spent[math.ceil(0.95 * len(spent)) - 1]}
