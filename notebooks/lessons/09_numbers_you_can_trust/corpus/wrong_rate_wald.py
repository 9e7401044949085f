"""Add and take 1.96 standard errors.

task: rate_intervals
score: 0.16..0.34
says: This is Wald's interval: at 0 of n it is "0 to 0", and for small rates it holds the truth far less often than it says.
"""

import math

from scipy.stats import norm


def rate_intervals(rows, confidence):
    z = norm.ppf((1 + confidence) / 2)
    found = []
    for passed, asked in rows:
        rate = passed / asked
        half = z * math.sqrt(rate * (1 - rate) / asked)
        found.append([max(0.0, rate - half), min(1.0, rate + half)])
    return found
