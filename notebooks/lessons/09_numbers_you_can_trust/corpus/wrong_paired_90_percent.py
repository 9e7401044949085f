"""Use the quantile of a one-sided test.

task: paired_intervals
score: 0.2..0.8
says: 1.645 makes a 90 % interval: 95 % leaves 2.5 % on each side, which is 1.96.
"""

import math


def paired_intervals(tables):
    found = []
    for both, only_a, only_b, neither in tables:
        n = both + only_a + only_b + neither + 2
        mean = (only_b - only_a) / n
        half = 1.645 * math.sqrt(((only_a + only_b + 2) / n - mean**2) / n)
        found.append([mean - half, mean + half])
    return found
