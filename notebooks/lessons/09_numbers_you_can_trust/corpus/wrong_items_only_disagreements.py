"""Return the number of disagreements.

task: items_needed
score: 0
says: That is how many disagreements are needed; the questions are more by the factor 1 / discordant.
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha / 2) + norm.ppf(power)
    return math.ceil(discordant * z**2 * (discordant - difference**2) / difference**2)
