"""Use a bound that holds for anything between 0 and 1.

task: rate_intervals
score: 0..0.17
says: This bound knows nothing of the rate: it is nearly twice as wide as it must be where the rate is small.
"""

import math


def rate_intervals(rows, confidence):
    found = []
    for passed, asked in rows:
        half = math.sqrt(math.log(2 / (1 - confidence)) / (2 * asked))
        found.append([max(0.0, passed / asked - half), min(1.0, passed / asked + half)])
    return found
