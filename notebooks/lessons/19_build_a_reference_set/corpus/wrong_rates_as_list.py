"""Return a list in the order of the modes.

task: estimate_rates
score: 0
says: Return a dict with one entry for every mode: a list says nothing about which is which.
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
        low, high = wilson(rate, effective)
        made[mode] = {"rate": rate, "low": low, "high": high}
    return [made[mode] for mode in modes]
