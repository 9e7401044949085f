"""Control the false discovery rate.

task: claims_that_hold
score: 0.57..0.58
says: Benjamini and Hochberg bound the share of false claims among claims, not the chance of any.
"""

from scipy.stats import binomtest, false_discovery_control


def claims_that_hold(comparisons, alpha):
    found = []
    for one in comparisons:
        read = one["differences"][: one["planned"]]
        wins, losses = read.count(1), read.count(-1)
        p = 1.0
        if len(read) == one["planned"] and wins + losses:
            p = binomtest(wins, wins + losses).pvalue
        found.append((p, one["name"], "better" if wins > losses else "worse"))
    adjusted = false_discovery_control([p for p, _, _ in found])
    return {name: sign for (_, name, sign), q in zip(found, adjusted, strict=True) if q <= alpha}
