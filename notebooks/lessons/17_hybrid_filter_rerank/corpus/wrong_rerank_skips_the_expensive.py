"""Skip what does not fit and go on.

task: rerank
score: 0.37..0.38
says: You skip a candidate that does not fit and go on with cheaper ones; stop at the first that does not fit.
"""

import math


def rerank(first, scores, cost, budget):
    made, spent = {}, []
    for query, ids in first.items():
        total, depth = 0.0, 0
        for name in ids:
            if total + cost[name] <= budget:
                total += cost[name]
                depth += 1
                made.setdefault(query, []).append(name)
        own = scores[query]
        head = sorted(made[query], key=lambda name: -own[name])
        made[query] = head + [name for name in ids if name not in head]
        spent.append(total)
    spent.sort()
    return {"ranked": made, "p95": spent[math.ceil(0.95 * len(spent)) - 1]}
