"""Look after every question and stop at a winner.

task: claims_that_hold
score: 0..0.6
says: You looked on the way and stopped at the first p that pleased: read once, where the plan says.
"""

from scipy.stats import binomtest


def claims_that_hold(comparisons, alpha):
    found = []
    for one in comparisons:
        wins = losses = 0
        p = 1.0
        for difference in one["differences"]:
            wins, losses = wins + (difference == 1), losses + (difference == -1)
            if difference:
                p = binomtest(wins, wins + losses).pvalue
            if p <= alpha / len(comparisons):
                break
        found.append((p, one["name"], "better" if wins > losses else "worse"))
    claims = {}
    for place, (p, name, sign) in enumerate(sorted(found)):
        if p > alpha / (len(found) - place):
            break
        claims[name] = sign
    return claims
