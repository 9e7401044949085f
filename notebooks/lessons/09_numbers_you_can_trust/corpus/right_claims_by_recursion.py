"""Take the smallest p, and go on with the rest; p from binomial coefficients.

task: claims_that_hold
"""

from math import comb


def sign_test(one):
    read = one["differences"][: one["planned"]]
    wins, losses = read.count(1), read.count(-1)
    m = wins + losses
    if len(read) < one["planned"] or m == 0:
        return 1.0
    tail = sum(comb(m, k) for k in range(min(wins, losses) + 1)) / 2**m
    return min(1.0, 2 * tail)


def claims_that_hold(comparisons, alpha):
    if not comparisons:
        return {}
    best = min(comparisons, key=sign_test)
    if sign_test(best) > alpha / len(comparisons):
        return {}
    lead = sum(best["differences"][: best["planned"]])
    rest = [one for one in comparisons if one is not best]
    return {best["name"]: "better" if lead > 0 else "worse"} | claims_that_hold(rest, alpha)
