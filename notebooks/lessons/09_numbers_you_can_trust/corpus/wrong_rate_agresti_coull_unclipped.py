"""Let the ends leave the range.

task: rate_intervals
score: 0.16..0.17
says: A rate below 0 or above 1 does not exist: clip the ends.
"""

import math

from scipy.stats import norm


def rate_intervals(rows, confidence):
    z = norm.ppf((1 + confidence) / 2)
    found = []
    for passed, asked in rows:
        n = asked + z * z
        rate = (passed + z * z / 2) / n
        half = z * math.sqrt(rate * (1 - rate) / n)
        found.append([rate - half, rate + half])
    return found
