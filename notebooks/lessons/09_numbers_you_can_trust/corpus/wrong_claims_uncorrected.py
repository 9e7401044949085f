"""Compare every p with alpha.

task: claims_that_hold
score: 0.42..0.43
says: Each comparison at alpha on its own: with twelve of them one is a "finding" about every other time.
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
    return {name: sign for p, name, sign in found if p <= alpha}
