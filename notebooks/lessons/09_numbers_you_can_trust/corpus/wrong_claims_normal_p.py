"""Use the normal approximation of the sign test.

task: claims_that_hold
score: 0.28..0.58
says: With few disagreements the normal approximation is too optimistic; binomtest is exact.
"""

from scipy.stats import norm


def claims_that_hold(comparisons, alpha):
    found = []
    for one in comparisons:
        read = one["differences"][: one["planned"]]
        wins, losses = read.count(1), read.count(-1)
        p = 1.0
        if len(read) == one["planned"] and wins + losses:
            p = 2 * norm.sf(abs(wins - losses) / (wins + losses) ** 0.5)
        found.append((p, one["name"], "better" if wins > losses else "worse"))
    claims = {}
    for place, (p, name, sign) in enumerate(sorted(found)):
        if p > alpha / (len(found) - place):
            break
        claims[name] = sign
    return claims
