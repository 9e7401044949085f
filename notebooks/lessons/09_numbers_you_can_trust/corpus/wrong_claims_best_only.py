"""Report the winner.

task: claims_that_hold
score: 0.57..0.58
says: The best of m is where luck collects; Holm may keep more than one claim, and its bar for the best is alpha / m.
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
    p, name, sign = min(found)
    return {name: sign} if p <= alpha else {}
