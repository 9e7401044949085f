"""Resample answers and take percentiles.

task: invention_rates
score: 0.2..0.7
says: You take percentiles of resampled audits. Where nothing was found every resample says 0, and near 0 the percentiles cover too seldom.
"""

import numpy as np


def invention_rates(unsupported, claims):
    draw = np.random.default_rng(0)
    result = {"answers": [], "claims": []}
    for u, m in zip(unsupported.astype(float), claims.astype(float), strict=True):
        u, m = u[m > 0], m[m > 0]
        hit = (u > 0).astype(float)
        weights = draw.multinomial(len(u), np.full(len(u), 1 / len(u)), 300).astype(float)
        ratio = (weights @ u) / (weights @ m)
        result["answers"].append([hit.mean(), *np.quantile(weights @ hit / len(u), [0.025, 0.975])])
        result["claims"].append([u.sum() / m.sum(), *np.quantile(ratio, [0.025, 0.975])])
    return result
