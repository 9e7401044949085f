"""Plan for false alarms only.

task: items_needed
score: 0
says: Without the quantile of the power you find the difference half of the time, like a coin.
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha / 2)
    return math.ceil(z**2 * (discordant - difference**2) / difference**2)
