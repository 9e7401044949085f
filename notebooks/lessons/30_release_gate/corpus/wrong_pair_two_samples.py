"""Compare the pass rates as if the items were different.

task: pair_runs
score: 0.71..0.72
says: Two independent samples throw the pairing away; use the disagreements only.
"""

import math

from scipy.stats import norm


def pair_runs(baseline, candidate):
    sides = []
    for rows in (baseline, candidate):
        first = {}
        for row in sorted(rows, key=lambda row: row["attempt"]):
            first.setdefault(row["item"], row["verdict"])
        sides.append(first)
    old, new = sides
    pairs = [
        (old[item] == "pass", new[item] == "pass")
        for item in old
        if item in new and "ungraded" not in (old[item], new[item])
    ]
    lost, won = pairs.count((True, False)), pairs.count((False, True))
    n = max(1, len(pairs))
    a, b = (sum(p[side] for p in pairs) / n for side in (0, 1))
    error = math.sqrt((a * (1 - a) + b * (1 - b)) / n) or 1.0
    dropped = len({*old, *new}) - len(pairs)
    return {
        "items": len(pairs),
        "lost": lost,
        "won": won,
        "dropped": dropped,
        "p_worse": float(norm.sf((a - b) / error)),
    }
