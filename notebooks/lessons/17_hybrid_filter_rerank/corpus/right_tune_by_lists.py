"""Walk lists as an index does, counting as it goes.

task: tune_index
"""


def tune_index(vectors, centroids, tuning, held_out, k, target):
    def far(a, b):
        return sum((x - y) ** 2 for x, y in zip(a, b, strict=True))

    lists = [[] for _ in centroids]
    for i, v in enumerate(vectors):
        lists[min(range(len(centroids)), key=lambda c: far(v, centroids[c]))].append(i)

    def prepared(queries):
        rows = []
        for q in queries:
            away = [far(q, v) for v in vectors]
            visits = sorted(range(len(centroids)), key=lambda c: far(q, centroids[c]))
            exact = set(sorted(range(len(vectors)), key=away.__getitem__)[:k])
            rows.append((visits, exact))
        return rows

    def measure(rows, nprobe):
        recall = cost = 0.0
        for visits, exact in rows:
            met = [i for c in visits[:nprobe] for i in lists[c]]
            recall += len(exact.intersection(met)) / k
            cost += len(centroids) + len(met)
        return recall / len(rows), cost / len(rows)

    rows, nprobe = prepared(tuning), 1
    while measure(rows, nprobe)[0] < target - 1e-9:
        nprobe += 1
    recall, cost = measure(prepared(held_out), nprobe)
    return {"nprobe": nprobe, "recall": recall, "evaluations": cost}
