"""Return kappa only.

task: agreement
score: 0
says: Return the dict: kappa without n, interval and disputes is half an answer.
"""


def agreement(first, second):
    ids = [name for name in first if name in second]
    n = len(ids)
    p = {pair: c / n for pair, c in Counter((first[i], second[i]) for i in ids).items()}
    rows, columns = defaultdict(float), defaultdict(float)
    for (a, b), share in p.items():
        rows[a] += share
        columns[b] += share
    labels = {*rows, *columns}
    observed = sum(share for (a, b), share in p.items() if a == b)
    made = {"n": n, "observed": observed, "kappa": None, "low": None, "high": None}
    made["disputed"] = [name for name in ids if first[name] != second[name]]
    if len(labels) == 1:
        return None
    chance = sum(rows[a] * columns[a] for a in labels)
    kappa = (observed - chance) / (1 - chance)
    inside = -((kappa - chance * (1 - kappa)) ** 2)
    for (a, b), share in p.items():
        if a == b:
            inside += share * (1 - (rows[a] + columns[a]) * (1 - kappa)) ** 2
        else:
            inside += share * ((columns[a] + rows[b]) * (1 - kappa)) ** 2
    half = 1.96 * math.sqrt(max(inside, 0.0) / n) / (1 - chance)
    return kappa
