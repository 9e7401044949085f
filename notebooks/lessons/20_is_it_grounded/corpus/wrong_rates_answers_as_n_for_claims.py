"""Take n to be the number of answers for both rates.

task: invention_rates
score: 0.5
says: Your interval over claims counts each answer once, as if its claims told nothing more. Estimate the clustering instead of assuming the worst.
"""

import numpy as np


def wilson(rate, n):
    z = 1.96
    middle = (rate + z * z / 2 / n) / (1 + z * z / n)
    half = z * np.sqrt(rate * (1 - rate) / n + z * z / 4 / n**2) / (1 + z * z / n)
    return np.maximum(middle - half, 0), np.minimum(middle + half, 1)


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
    return {
        "answers": np.column_stack([flagged, *wilson(flagged, n)]),
        "claims": np.column_stack([rate, *wilson(rate, n)]),
    }
