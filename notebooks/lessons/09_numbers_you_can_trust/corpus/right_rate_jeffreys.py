"""Read both tails off a posterior, with the ends of the range kept.

task: rate_intervals
"""

import numpy as np
from scipy.stats import beta


def rate_intervals(rows, confidence):
    k, n = np.array(rows, dtype=float).T
    tail = (1 - confidence) / 2
    low, high = beta.ppf([[tail], [1 - tail]], k + 0.5, n - k + 0.5)
    low[k == 0], high[k == n] = 0, 1
    return list(zip(low.tolist(), high.tolist(), strict=True))
