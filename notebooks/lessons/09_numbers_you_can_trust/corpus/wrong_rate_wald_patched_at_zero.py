"""Use Wald, with the rule of three where nothing was seen.

task: rate_intervals
score: 0.3..0.5
says: A patch at 0 and n helps 0 and n only: with one or two failures the interval is still far too narrow.
"""

import math

from scipy.stats import norm


def rate_intervals(rows, confidence):
    z = norm.ppf((1 + confidence) / 2)
    found = []
    for passed, asked in rows:
        rate = passed / asked
        half = z * math.sqrt(rate * (1 - rate) / asked)
        if passed == 0:
            found.append([0.0, 3 / asked])
            continue
        if passed == asked:
            found.append([1 - 3 / asked, 1.0])
            continue
        found.append([max(0.0, rate - half), min(1.0, rate + half)])
    return found
