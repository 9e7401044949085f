"""Plan two independent samples.

task: items_needed
score: 0
says: That plans two independent samples, and takes the share of disagreements for a pass rate.
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha / 2) + norm.ppf(power)
    return math.ceil(2 * z**2 * discordant * (1 - discordant) / difference**2)
