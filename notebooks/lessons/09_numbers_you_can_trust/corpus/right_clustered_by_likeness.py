"""Estimate the likeness within documents, then the design effect.

task: clustered_interval
"""

import numpy as np
from scipy.stats import t


def clustered_interval(documents):
    passed, asked = np.array(documents, dtype=float).T
    n, count = asked.sum(), len(asked)
    share, shares = passed.sum() / n, passed / asked
    if share in (0, 1):
        return wilson(share, count, 1.96)
    z = float(t.ppf(0.975, count - 1))
    if asked.max() == 1:
        return wilson(share, n, z)
    between = (asked * (shares - share) ** 2).sum() / (count - 1)
    within = (passed * (1 - shares)).sum() / (n - count)
    size = (n - (asked**2).sum() / n) / (count - 1)
    alike = max(0.0, (between - within) / (between + (size - 1) * within))
    effect = 1 + ((asked**2).sum() / n - 1) * alike
    return wilson(share, n / effect, z)
