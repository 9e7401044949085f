"""Use the t-test of the differences.

task: paired_intervals
score: 0.6
says: The t-test is fine where many questions differ; with few it is too narrow, and with none it says "0 to 0".
"""

import math

from scipy.stats import t


def paired_intervals(tables):
    found = []
    for both, only_a, only_b, neither in tables:
        n = both + only_a + only_b + neither
        mean = (only_b - only_a) / n
        variance = ((only_a + only_b) / n - mean**2) * n / (n - 1)
        half = t.ppf(0.975, n - 1) * math.sqrt(variance / n)
        found.append([mean - half, mean + half])
    return found
