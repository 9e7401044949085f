"""Take the quantile at the confidence itself.

task: rate_intervals
score: 0.33..0.34
says: The quantile is at (1 + confidence) / 2, since an interval may miss on either side; yours is that of a 90 % interval.
"""

import math

from scipy.stats import norm


def rate_intervals(rows, confidence):
    z = norm.ppf(confidence)
    found = []
    for passed, asked in rows:
        rate, share = passed / asked, 1 + z * z / asked
        middle = rate + z * z / (2 * asked)
        half = z * math.sqrt(rate * (1 - rate) / asked + z * z / (4 * asked**2))
        found.append([max(0.0, (middle - half) / share), min(1.0, (middle + half) / share)])
    return found
