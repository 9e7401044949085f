"""Report coverage and risk of the chosen level alone.

task: choose_level
score: 0.8
says: You report what happened on the chosen level. The assistant answers from there up: count all the levels above it too.
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
        here, bad = held_out["asked"][team], held_out["wrong"][team]
        rows.append(
            (None, 0.0, None)
            if at is None
            else (at, float(here[at] / here.sum()), float(bad[at] / here[at]) if here[at] else None)
        )
    level, coverage, rates = zip(*rows, strict=True)
    return {"level": list(level), "coverage": list(coverage), "risk": list(rates)}
