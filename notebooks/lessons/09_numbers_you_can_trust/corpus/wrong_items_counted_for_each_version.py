"""Double, one set for each version.

task: items_needed
score: 0
says: Both versions answer the same questions: n questions, not n for each.
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha / 2) + norm.ppf(power)
    return math.ceil(2 * z**2 * (discordant - difference**2) / difference**2)
