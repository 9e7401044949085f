"""Divide by the disagreements.

task: paired_intervals
score: 0
says: That is the lead among disagreements; a difference of pass rates divides by all questions.
"""

import math


def paired_intervals(tables):
    found = []
    for _, only_a, only_b, _ in tables:
        n = only_a + only_b + 2
        mean = (only_b - only_a) / n
        half = 1.96 * math.sqrt((1 - mean**2) / n)
        found.append([max(-1.0, mean - half), min(1.0, mean + half)])
    return found
