"""Multiply by the squared difference.

task: items_needed
score: 0
says: A smaller difference takes more questions: divide by its square.
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha / 2) + norm.ppf(power)
    return math.ceil(z**2 * (discordant - difference**2) * difference**2)
