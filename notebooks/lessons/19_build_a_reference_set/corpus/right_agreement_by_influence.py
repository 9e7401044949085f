"""Take the variance of each item's influence on kappa: the same delta method.

task: agreement
"""


def agreement(first, second):
    pairs = [(first[name], second[name]) for name in first if name in second]
    n = len(pairs)
    rows = {a: share / n for a, share in Counter(a for a, _ in pairs).items()}
    columns = {b: share / n for b, share in Counter(b for _, b in pairs).items()}
    observed = sum(a == b for a, b in pairs) / n
    chance = sum(share * columns.get(a, 0) for a, share in rows.items())
    made = {
        "n": n,
        "observed": observed,
        "disputed": [name for name in first if name in second and first[name] != second[name]],
    }
    if len({*rows, *columns}) == 1:
        return made | {"kappa": None, "low": None, "high": None}
    kappa = (observed - chance) / (1 - chance)
    pull = [
        ((a == b) - (1 - kappa) * (columns.get(a, 0) + rows.get(b, 0))) / (1 - chance)
        for a, b in pairs
    ]
    middle = sum(pull) / n
    half = 1.96 * math.sqrt(sum((x - middle) ** 2 for x in pull) / n / n)
    return made | {"kappa": kappa, "low": kappa - half, "high": kappa + half}
