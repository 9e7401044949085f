"""Leave the number as it comes.

task: items_needed
score: 0
says: Return a whole number of questions, rounded up.
"""

from scipy.stats import norm


def items_needed(difference, discordant, alpha, power):
    z = norm.ppf(1 - alpha / 2) + norm.ppf(power)
    return z**2 * (discordant - difference**2) / difference**2
