"""Treat both versions as independent samples.

task: paired_intervals
score: 0.2..0.4
says: Both versions answered the same questions: the spread is that of their differences, not that of two samples.
"""

import math


def paired_intervals(tables):
    found = []
    for both, only_a, only_b, neither in tables:
        n = both + only_a + only_b + neither
        mean = (only_b - only_a) / n
        a, b = (both + only_a) / n, (both + only_b) / n
        half = 1.96 * math.sqrt((a * (1 - a) + b * (1 - b)) / n)
        found.append([mean - half, mean + half])
    return found
