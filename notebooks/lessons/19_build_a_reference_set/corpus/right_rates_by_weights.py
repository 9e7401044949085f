"""Give every labelled trace a weight, and solve for the interval.

task: estimate_rates
"""


def estimate_rates(sizes, labelled, modes):
    total, n = sum(sizes.values()), len(labelled)
    rows = {name: [set(r["modes"]) for r in labelled if r["stratum"] == name] for name in sizes}
    made = {}
    for mode in modes:
        rate = sum(
            sizes[name] / len(rows[name]) * sum(mode in r for r in rows[name]) for name in sizes
        )
        rate /= total
        variance = 0.0
        for name, size in sizes.items():
            own = rows[name]
            p = sum(mode in r for r in own) / len(own)
            squares = sum(((mode in r) - p) ** 2 for r in own) / (len(own) - 1)
            variance += size * (size - len(own)) * squares / len(own) / total**2
        effective = n
        if variance:
            effective = min(n, rate * (1 - rate) / variance)
        z2 = 1.96**2
        a, b = 1 + z2 / effective, 2 * rate + z2 / effective
        root = math.sqrt(b * b - 4 * a * rate * rate)
        made[mode] = {"rate": rate, "low": (b - root) / (2 * a), "high": (b + root) / (2 * a)}
    return made
