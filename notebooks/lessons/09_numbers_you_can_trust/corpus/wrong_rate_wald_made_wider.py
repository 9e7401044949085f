"""Take more standard errors, to be safe.

task: rate_intervals
score: 0.16..0.34
says: A wider Wald interval is still "0 to 0" at 0 of n: at small rates no number of standard errors helps.
"""

import math

from scipy.stats import norm


def rate_intervals(rows, confidence):
    z = 1.15 * norm.ppf((1 + confidence) / 2)
    found = []
    for passed, asked in rows:
        rate = passed / asked
        half = z * math.sqrt(rate * (1 - rate) / asked)
        found.append([max(0.0, rate - half), min(1.0, rate + half)])
    return found
