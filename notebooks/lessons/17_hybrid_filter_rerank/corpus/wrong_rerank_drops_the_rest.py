"""Return only what was reranked.

task: rerank
score: 0.12..0.13
says: You drop what was not reranked: an answer below the deadline's depth is lost, not merely late.
"""

import math


def rerank(first, scores, cost, budget):
    made, spent = {}, []
    for query, ids in first.items():
        total, depth = 0.0, 0
        for name in ids:
            if total + cost[name] > budget:
                break
            total += cost[name]
            depth += 1
        own = scores[query]
        made[query] = sorted(ids[:depth], key=lambda name: -own[name])
        spent.append(total)
    spent.sort()
    return {"ranked": made, "p95": spent[math.ceil(0.95 * len(spent)) - 1]}
