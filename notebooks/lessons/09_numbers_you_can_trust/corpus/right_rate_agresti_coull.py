"""Add z squared imaginary rows, half of them passes, then go on as Wald does.

task: rate_intervals
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
        found.append([max(0.0, rate - half), min(1.0, rate + half)])
    return found
