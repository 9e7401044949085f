"""Read off the posterior, and leave out what was seen.

task: rate_intervals
score: 0.83..0.84
says: With 0 of n this interval starts above 0: the observed rate is not inside.
"""

import numpy as np
from scipy.stats import beta


def rate_intervals(rows, confidence):
    k, n = np.array(rows, dtype=float).T
    tail = (1 - confidence) / 2
    return beta.ppf([tail, 1 - tail], (k + 0.5)[:, None], (n - k + 0.5)[:, None]).tolist()
