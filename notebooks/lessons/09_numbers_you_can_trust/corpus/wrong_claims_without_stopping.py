"""Go on after a failure.

task: claims_that_hold
score: 0.71..0.72
says: Holm stops at the first p above its bar: what comes later does not hold, even below its own.
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
        if p <= alpha / (len(found) - place):
            claims[name] = sign
    return claims
