"""Use the variance without a difference for false alarms, as Connor does.

task: items_needed
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    alarm = norm.ppf(1 - alpha / 2) * math.sqrt(discordant)
    miss = norm.ppf(power) * math.sqrt(discordant - difference**2)
    return math.ceil(((alarm + miss) / difference) ** 2)
