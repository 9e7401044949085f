"""Take the quantile of a miss.

task: items_needed
score: 0
says: norm.ppf(1 - power) is negative: it shortens the experiment that it should lengthen.
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha / 2) + norm.ppf(1 - power)
    return math.ceil(z**2 * (discordant - difference**2) / difference**2)
