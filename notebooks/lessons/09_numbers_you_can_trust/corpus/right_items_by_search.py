"""Halve the range of n until the normal power just suffices.

task: items_needed
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    spread = math.sqrt(discordant - difference**2)
    low, high = 1, 10**6
    while low < high:
        n = (low + high) // 2
        reached = norm.cdf(difference * math.sqrt(n) / spread - norm.ppf(1 - alpha / 2))
        low, high = (low, n) if reached >= power else (n + 1, high)
    return low
