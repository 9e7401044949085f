"""Invert the exact binomial tests, with arrays.

task: rate_intervals
"""

import numpy as np
from scipy.stats import beta


def rate_intervals(rows, confidence):
    k, n = np.array(rows, dtype=float).T
    tail = (1 - confidence) / 2
    low = np.where(k == 0, 0, beta.ppf(tail, np.maximum(k, 0.5), n - k + 1))
    high = np.where(k == n, 1, beta.ppf(1 - tail, k + 1, np.maximum(n - k, 0.5)))
    return np.stack([low, high], axis=1).tolist()
