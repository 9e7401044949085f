"""Spend one budget over all queries.

task: rerank
score: 0.37..0.38
says: You spend one budget over all queries; each query has its own.
"""

import math


def rerank(first, scores, cost, budget):
    made, spent, left = {}, [], budget
    for query, ids in first.items():
        total, depth = 0.0, 0
        for name in ids:
            if total + cost[name] > left:
                break
            total += cost[name]
            depth += 1
        own = scores[query]
        made[query] = sorted(ids[:depth], key=lambda name: -own[name]) + ids[depth:]
        left -= total
        spent.append(total)
    spent.sort()
    return {"ranked": made, "p95": spent[math.ceil(0.95 * len(spent)) - 1]}
