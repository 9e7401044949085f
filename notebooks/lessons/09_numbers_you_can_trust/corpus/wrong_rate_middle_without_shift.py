"""Use the spread of Wilson around the observed rate.

task: rate_intervals
score: 0.16..0.34
says: Wilson's middle is not the observed rate: it is drawn towards one half, and everything is divided by 1 + z²/n.
"""

import math

from scipy.stats import norm


def rate_intervals(rows, confidence):
    z = norm.ppf((1 + confidence) / 2)
    found = []
    for passed, asked in rows:
        rate = passed / asked
        half = z * math.sqrt(rate * (1 - rate) / asked + z * z / (4 * asked**2))
        half /= 1 + z * z / asked
        found.append([max(0.0, rate - half), min(1.0, rate + half)])
    return found
