"""Return rates as text, such as 21%.

task: invention_rates
score: 0
says: Your rates are text. A number that somebody will compute with stays a number; the percent sign belongs to the report.
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
    return {
        "answers": [[f"{x:.0%}" for x in row] for row in answers],
        "claims": [[f"{x:.0%}" for x in row] for row in claims],
    }
