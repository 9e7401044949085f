"""Resample the rows and take percentiles, here without the noise of drawing.

task: rate_intervals
score: 0.16..0.17
says: The bootstrap draws only from what was seen: from 0 failures it draws 0 failures, for ever.
"""

from scipy.stats import binom


def rate_intervals(rows, confidence):
    tail = (1 - confidence) / 2
    return [[float(binom.ppf(side, n, k / n) / n) for side in (tail, 1 - tail)] for k, n in rows]
