"""Clip at 0 and forget 1.

task: rate_intervals
score: 0.16..0.17
says: A rate above 1 does not exist: clip the upper end, too.
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
        found.append([max(0.0, rate - half), rate + half])
    return found
