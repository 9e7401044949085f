"""Divide by the difference once.

task: items_needed
score: 0
says: The difference enters squared: half of it takes four times as many questions.
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha / 2) + norm.ppf(power)
    return math.ceil(z**2 * (discordant - difference**2) / difference)
