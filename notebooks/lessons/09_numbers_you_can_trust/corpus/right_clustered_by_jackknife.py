"""Leave out one document at a time.

task: clustered_interval
"""

import numpy as np
from scipy.stats import t


def clustered_interval(documents):
    passed, asked = np.array(documents, dtype=float).T
    count, share = len(asked), passed.sum() / asked.sum()
    if share in (0, 1):
        return wilson(share, count, 1.96)
    without = (passed.sum() - passed) / (asked.sum() - asked)
    variance = (count - 1) / count * ((without - without.mean()) ** 2).sum()
    n = min(asked.sum(), share * (1 - share) / variance)
    return wilson(share, n, float(t.ppf(0.975, count - 1)))
