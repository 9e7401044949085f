"""Report the mean of what was spent.

task: rerank
score: 0.75
says: You report the mean; the slow queries are what p95 is for.
"""


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
        made[query] = sorted(ids[:depth], key=lambda name: -own[name]) + ids[depth:]
        spent.append(total)
    spent.sort()
    return {"ranked": made, "p95": sum(spent) / len(spent)}
