"""Solve for no failure, then add trials while the sum is too large.

task: trials_needed
"""

import math


def trials_needed(rate, confidence, allowed):
    def chance(n):
        return sum(math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(allowed + 1))

    n = math.ceil(math.log(1 - confidence) / math.log(1 - rate))
    while chance(n) > 1 - confidence:
        n += 1
    return n
