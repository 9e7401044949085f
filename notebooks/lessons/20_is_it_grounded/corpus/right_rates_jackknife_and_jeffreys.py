"""Use Jeffreys over answers; leave each answer out in turn and build a logit interval over claims.

task: invention_rates
"""

import numpy as np
from scipy.stats import beta, t


def invention_rates(unsupported, claims):
    u, m = unsupported.astype(float), claims.astype(float)
    n = (m > 0).sum(axis=1)
    k = (u > 0).sum(axis=1)
    low = np.where(k > 0, beta.ppf(0.025, k + 0.5, n - k + 0.5), 0.0)
    high = np.where(k < n, beta.ppf(0.975, k + 0.5, n - k + 0.5), 1.0)
    rate = u.sum(axis=1) / m.sum(axis=1)
    without = (u.sum(axis=1)[:, None] - u) / (m.sum(axis=1)[:, None] - m)
    gaps = np.where(m > 0, without - rate[:, None], 0.0)
    error = np.sqrt((gaps**2).sum(axis=1) * (n - 1) / n)
    some = (rate > 0) & (rate < 1)
    inside = np.where(some, rate, 0.5)
    centre, reach = (
        np.log(inside / (1 - inside)),
        t.ppf(0.975, n - 1) * error / inside / (1 - inside),
    )
    ends = 1 / (1 + np.exp(-(centre + np.array([[-1], [1]]) * reach)))
    bottom = np.where(some, ends[0], np.where(rate > 0, 0.025 ** (1 / n), 0.0))
    top = np.where(some, ends[1], np.where(rate > 0, 1.0, 1 - 0.025 ** (1 / n)))
    return {
        "answers": np.column_stack([k / n, low, high]),
        "claims": np.column_stack([rate, bottom, top]),
    }
