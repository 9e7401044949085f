"""Return the ends of the intervals without the rates.

task: invention_rates
score: 0
says: Your rows hold low and high alone. An interval needs the rate that it belongs to: rate, low, high.
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
    answers = np.column_stack([flagged, *wilson(flagged, n)])
    claims = np.column_stack([rate, *wilson(rate, worth(u, m))])
    return {"answers": answers[:, 1:], "claims": claims[:, 1:]}
