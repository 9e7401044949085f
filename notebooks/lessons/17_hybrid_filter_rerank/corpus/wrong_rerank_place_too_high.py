"""Take the place int(0.95 * n) of the sorted amounts.

task: rerank
score: 0.75
says: For twenty queries your place is the largest amount: one place too high. Use ceil(0.95 * n) - 1.
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
    return {"ranked": made, "p95": spent[int(0.95 * len(spent))]}
