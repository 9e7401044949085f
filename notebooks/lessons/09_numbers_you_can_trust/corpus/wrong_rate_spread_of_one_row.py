"""Forget to divide by n.

task: rate_intervals
score: 0
says: That is the spread of a single answer; the spread of a rate over n answers is smaller by the root of n.
"""

import math

from scipy.stats import norm


def rate_intervals(rows, confidence):
    z = norm.ppf((1 + confidence) / 2)
    found = []
    for passed, asked in rows:
        rate = passed / asked
        half = z * math.sqrt(rate * (1 - rate))
        found.append([max(0.0, rate - half), min(1.0, rate + half)])
    return found
