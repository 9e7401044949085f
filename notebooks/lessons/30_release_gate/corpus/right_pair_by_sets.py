"""Work with sets of items and sum the coin by hand.

task: pair_runs
"""

import math


def pair_runs(baseline, candidate):
    sets = []
    for rows in (baseline, candidate):
        least = {}
        for row in rows:
            if row["attempt"] <= least.get(row["item"], row)["attempt"]:
                least[row["item"]] = row
        known = {i for i, row in least.items() if row["verdict"] != "ungraded"}
        sets.append((set(least), known, {i for i in known if least[i]["verdict"] == "pass"}))
    (all_a, known_a, pass_a), (all_b, known_b, pass_b) = sets
    pairs = known_a & known_b
    lost, won = len(pairs & pass_a - pass_b), len(pairs & pass_b - pass_a)
    m = lost + won
    heads = sum(math.comb(m, k) for k in range(lost, m + 1)) / 2**m
    return {
        "items": len(pairs),
        "lost": lost,
        "won": won,
        "dropped": len(all_a | all_b) - len(pairs),
        "p_worse": heads,
    }
