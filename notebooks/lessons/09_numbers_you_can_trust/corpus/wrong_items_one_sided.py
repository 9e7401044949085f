"""Spend all of alpha on one side.

task: items_needed
score: 0
says: The test has two sides: each gets alpha / 2.
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha) + norm.ppf(power)
    return math.ceil(z**2 * (discordant - difference**2) / difference**2)
