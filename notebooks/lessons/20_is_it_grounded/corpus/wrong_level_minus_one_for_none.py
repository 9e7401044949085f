"""Write -1 where the assistant must stay silent.

task: choose_level
score: 0
says: You mark silence as level -1. In Python row[-1] is the strictest level, so your mark reads as an answer; None cannot.
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
        rows.append(
            (-1, 0.0, None)
            if at is None
            else (at, float(n[team, at] / n[team, 0]), float(k[team, at] / n[team, at]))
        )
    level, coverage, rates = zip(*rows, strict=True)
    return {"level": list(level), "coverage": list(coverage), "risk": list(rates)}
