"""Take the disagreements for a rate.

task: items_needed
score: 0..0.5
says: discordant * (1 - discordant) is the variance of a rate; a difference of -1, 0 or 1 has discordant - difference**2.
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha / 2) + norm.ppf(power)
    return math.ceil(z**2 * discordant * (1 - discordant) / difference**2)
