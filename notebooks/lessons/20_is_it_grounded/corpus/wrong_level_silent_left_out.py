"""Leave the teams out that must stay silent.

task: choose_level
score: 0
says: Teams without a safe level are missing, so the third entry is no longer the third team's. Keep a row for each, with None.
"""

import numpy as np
from scipy.stats import binom


def up(x):
    return np.asarray(x)[:, ::-1].cumsum(axis=1)[:, ::-1]


def choose_level(calibration, held_out, risk, delta):
    asked, wrong = up(calibration["asked"]), up(calibration["wrong"])
    safe = (binom.cdf(wrong, asked, risk) <= delta / asked.shape[1]) & (asked > 0)
    n, k = up(held_out["asked"]), up(held_out["wrong"])
    rows = []
    for team, row in enumerate(safe):
        at = int(row.argmax()) if row.any() else None
        if at is not None:
            rows.append((at, float(n[team, at] / n[team, 0]), float(k[team, at] / n[team, at])))
    if not rows:
        return {"level": [], "coverage": [], "risk": []}
    level, coverage, rates = zip(*rows, strict=True)
    return {"level": list(level), "coverage": list(coverage), "risk": list(rates)}
