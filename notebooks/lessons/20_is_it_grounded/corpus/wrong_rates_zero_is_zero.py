"""Use an exact interval, and 0 to 0 where nothing was found.

task: invention_rates
score: 0.7
says: Where nothing was found you write 0 to 0. Nothing in 60 answers leaves room for 6 %; let the method speak there too.
"""

import numpy as np
from scipy.stats import beta


def exact(hits, n):
    low = np.where(hits > 0, beta.ppf(0.025, np.maximum(hits, 1e-9), n - hits + 1), 0)
    high = np.where(hits > 0, beta.ppf(0.975, hits + 1, np.maximum(n - hits, 1e-9)), 0)
    return np.column_stack([hits / n, low, high])


def invention_rates(unsupported, claims):
    u, m = unsupported.astype(float), claims.astype(float)
    n, total = (m > 0).sum(axis=1), m.sum(axis=1)
    rate = u.sum(axis=1) / total
    spread = ((u - rate[:, None] * m) ** 2).sum(axis=1) * n / (n - 1) / total**2
    size = np.where(spread > 0, rate * (1 - rate) / np.maximum(spread, 1e-300), n)
    size = np.minimum(size, total)
    return {"answers": exact((u > 0).sum(axis=1), n), "claims": exact(rate * size, size)}
