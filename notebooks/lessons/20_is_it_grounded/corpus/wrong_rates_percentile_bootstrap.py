"""Resample answers and take percentiles.

task: invention_rates
score: 0.2..0.7
says: You take percentiles of resampled audits. Where nothing was found every resample says 0, and near 0 the percentiles cover too seldom.
"""

import numpy as np


def invention_rates(unsupported, claims):
    u, m = unsupported.astype(float), claims.astype(float)
    columns = u.shape[1]
    draw = np.random.default_rng(0)
    weights = draw.multinomial(columns, np.full(columns, 1 / columns), 200).T.astype(float)

    def table(top, bottom):
        ratio = (top @ weights) / np.maximum(bottom @ weights, 1)
        rate = top.sum(axis=1) / bottom.sum(axis=1)
        return np.column_stack([rate, *np.quantile(ratio, [0.025, 0.975], axis=1)])

    return {"answers": table((u > 0) * 1.0, (m > 0) * 1.0), "claims": table(u, m)}
