"""Start from the largest p, as Hochberg does.

task: claims_that_hold
score: 0.71..0.72
says: Walk up from the smallest p and stop at the first failure; from the largest down it is another procedure.
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
    found.sort()
    last = max((i for i, one in enumerate(found) if one[0] <= alpha / (len(found) - i)), default=-1)
    return {name: sign for _, name, sign in found[: last + 1]}
