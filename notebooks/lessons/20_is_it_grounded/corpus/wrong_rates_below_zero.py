"""Go 3.5 standard errors to either side, to be safe, and below 0 with it.

task: invention_rates
score: 0
says: An interval of a rate that begins below 0 says that the method does not fit so few cases. Do not just cut it off: use one such as Wilson.
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
    half = 3.5 * np.sqrt(flagged * (1 - flagged) / n)
    more = 3.5 * np.sqrt(rate * (1 - rate) / worth(u, m))
    return {
        "answers": np.column_stack([flagged, flagged - half, np.minimum(flagged + half, 1)]),
        "claims": np.column_stack([rate, rate - more, np.minimum(rate + more, 1)]),
    }
