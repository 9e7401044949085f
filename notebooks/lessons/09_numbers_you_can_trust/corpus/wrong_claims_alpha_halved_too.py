"""Halve alpha for two sides, although the p-value has two.

task: claims_that_hold
score: 0.42..0.43
says: binomtest already counts both sides; halving alpha as well corrects twice.
"""

from scipy.stats import binomtest


def claims_that_hold(comparisons, alpha):
    found = []
    for one in comparisons:
        read = one["differences"][: one["planned"]]
        wins, losses = read.count(1), read.count(-1)
        p = 1.0
        if len(read) == one["planned"] and wins + losses:
            p = binomtest(wins, wins + losses).pvalue
        found.append((p, one["name"], "better" if wins > losses else "worse"))
    claims = {}
    for place, (p, name, sign) in enumerate(sorted(found)):
        if p > alpha / 2 / (len(found) - place):
            break
        claims[name] = sign
    return claims
