"""Test only the side that won.

task: claims_that_hold
score: 0.28..0.43
says: You tested the side that had won: half the p-value, and twice the false claims.
"""

from scipy.stats import binomtest


def claims_that_hold(comparisons, alpha):
    found = []
    for one in comparisons:
        read = one["differences"][: one["planned"]]
        wins, losses = read.count(1), read.count(-1)
        p = 1.0
        if len(read) == one["planned"] and wins + losses:
            p = binomtest(wins, wins + losses).pvalue / 2
        found.append((p, one["name"], "better" if wins > losses else "worse"))
    claims = {}
    for place, (p, name, sign) in enumerate(sorted(found)):
        if p > alpha / (len(found) - place):
            break
        claims[name] = sign
    return claims
