"""Square the quantiles before adding.

task: items_needed
score: 0
says: The quantiles are added first and squared then.
"""

import math

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    return math.ceil(
        (norm.ppf(1 - alpha / 2) ** 2 + norm.ppf(power) ** 2)
        * (discordant - difference**2)
        / difference**2
    )
