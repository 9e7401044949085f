"""Add up the exact power, and search the fewest.

task: items_needed
"""

import math

import numpy as np
from scipy.stats import binom, norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha / 2)
    wins = (discordant + difference) / (2 * discordant)

    def reached(n):
        m = np.arange(1, int(n * discordant + 8 * math.sqrt(n * discordant)) + 10)
        found = binom.sf(np.floor((m + z * np.sqrt(m)) / 2), m, wins)
        return (binom.pmf(m, n, discordant) * found).sum()

    low, high = 2, 2**15
    while low < high:
        n = (low + high) // 2
        low, high = (low, n) if reached(n) >= power else (n + 1, high)
    return low
