"""Use 1.96 whatever was asked.

task: rate_intervals
score: 0.83..0.84
says: The confidence is an argument: 1.96 belongs to 95 % only.
"""

import math


def rate_intervals(rows, confidence):
    z = 1.96
    found = []
    for passed, asked in rows:
        rate, share = passed / asked, 1 + z * z / asked
        middle = rate + z * z / (2 * asked)
        half = z * math.sqrt(rate * (1 - rate) / asked + z * z / (4 * asked**2))
        found.append([max(0.0, (middle - half) / share), min(1.0, (middle + half) / share)])
    return found
