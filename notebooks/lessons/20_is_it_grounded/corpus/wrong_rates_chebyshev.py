"""Use Chebyshev's inequality, cut at 0 and not at 1.

task: invention_rates
score: 0..0.2
says: Chebyshev's bound holds for any distribution, and so it is far too wide for a rate; yours even goes above 1. Use an interval made for rates, such as Wilson.
"""

import numpy as np


def worth(u, m):
    n, total = (m > 0).sum(axis=1), m.sum(axis=1)
    rate = u.sum(axis=1) / total
    spread = n / (n - 1) * ((u - rate[:, None] * m) ** 2).sum(axis=1) / total**2
    flat = spread < 1e-15
    return np.where(flat, n, np.minimum(total, rate * (1 - rate) / np.where(flat, 1, spread)))


def invention_rates(unsupported, claims):
    u, m = unsupported.astype(float), claims.astype(float)
    n, total = (m > 0).sum(axis=1), m.sum(axis=1)
    flagged, rate = (u > 0).sum(axis=1) / n, u.sum(axis=1) / total
    half = np.sqrt(flagged * (1 - flagged) / n / 0.05)
    more = np.sqrt(rate * (1 - rate) / worth(u, m) / 0.05)
    return {
        "answers": np.column_stack([flagged, np.maximum(flagged - half, 0), flagged + half]),
        "claims": np.column_stack([rate, np.maximum(rate - more, 0), rate + more]),
    }
