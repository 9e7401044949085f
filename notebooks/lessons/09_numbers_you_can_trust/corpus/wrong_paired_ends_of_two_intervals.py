"""Subtract the ends of two separate intervals.

task: paired_intervals
score: 0..0.2
says: Comparing the ends of two intervals takes both errors at their worst at once, and forgets that the questions are the same.
"""

import math


def wilson_ends(passed, asked):
    rate, z = passed / asked, 1.96
    half = z * math.sqrt(rate * (1 - rate) / asked + z * z / (4 * asked**2))
    middle, share = rate + z * z / (2 * asked), 1 + z * z / asked
    return (middle - half) / share, (middle + half) / share


def paired_intervals(tables):
    found = []
    for both, only_a, only_b, neither in tables:
        n = both + only_a + only_b + neither
        a, b = wilson_ends(both + only_a, n), wilson_ends(both + only_b, n)
        found.append([b[0] - a[1], b[1] - a[0]])
    return found
