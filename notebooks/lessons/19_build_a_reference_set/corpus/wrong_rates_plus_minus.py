"""Take the rate plus and minus 1.96 standard errors.

task: estimate_rates
score: 0.25..0.4
says: Plus and minus 1.96 standard errors is not the interval asked for: it can pass 0, and is a point where nothing was found.
"""


def estimate_rates(sizes, labelled, modes):
    total, n = sum(sizes.values()), len(labelled)
    counts = Counter(row["stratum"] for row in labelled)
    made = {}
    for mode in modes:
        found = Counter(row["stratum"] for row in labelled if mode in row["modes"])
        rate = variance = 0.0
        for name, size in sizes.items():
            weight, p = size / total, found[name] / counts[name]
            rate += weight * p
            left = 1 - counts[name] / size
            variance += weight**2 * left * p * (1 - p) / (counts[name] - 1)
        effective = min(n, rate * (1 - rate) / variance) if variance else n
        low, high = rate - 1.96 * math.sqrt(variance), rate + 1.96 * math.sqrt(variance)
        made[mode] = {"rate": rate, "low": low, "high": high}
    return made
