"""Leave out the imaginary questions.

task: paired_intervals
score: 0.6
says: Without the imaginary questions the interval is too narrow where disagreements are few, and "0 to 0" where there are none.
"""

import math


def paired_intervals(tables):
    found = []
    for both, only_a, only_b, neither in tables:
        n = both + only_a + only_b + neither
        mean = (only_b - only_a) / n
        half = 1.96 * math.sqrt(((only_a + only_b) / n - mean**2) / n)
        found.append([mean - half, mean + half])
    return found
