"""Use the Wald interval everywhere.

task: invention_rates
score: 0.2..0.7
says: Your interval is rate plus or minus 1.96 standard errors. With 0 of 60 it says exactly 0; use one that stays honest near 0, such as Wilson.
"""

import numpy as np


def wilson(rate, n):
    z = 1.96
    half = z * np.sqrt(rate * (1 - rate) / n)
    return np.maximum(rate - half, 0), np.minimum(rate + half, 1)


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
        "claims": np.column_stack([rate, *wilson(rate, worth(u, m))]),
    }
