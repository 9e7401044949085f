"""Test every level exactly and step down with Holm.

task: choose_level
"""

import numpy as np
from scipy.special import bdtr


def up(counts):
    return np.asarray(counts)[:, ::-1].cumsum(axis=1)[:, ::-1]


def report(level, part):
    rows = list(zip(level, up(part["asked"]).tolist(), up(part["wrong"]).tolist(), strict=True))
    return {
        "level": level,
        "coverage": [0.0 if at is None else n[at] / n[0] for at, n, _ in rows],
        "risk": [k[at] / n[at] if at is not None and n[at] else None for at, n, k in rows],
    }


def chance(part, risk):
    n, k = up(part["asked"]), up(part["wrong"])
    return np.where(n > 0, bdtr(k.astype(float), np.maximum(n, 1), risk), 1.0)


def lowest(safe):
    return [int(at) if any_ else None for at, any_ in zip(safe.argmax(1), safe.any(1), strict=True)]


def choose_level(calibration, held_out, risk, delta):
    p = chance(calibration, risk)
    order = p.argsort(axis=1)
    bars = delta / np.arange(p.shape[1], 0, -1)
    passed = np.logical_and.accumulate(np.take_along_axis(p, order, axis=1) <= bars, axis=1)
    safe = np.zeros_like(passed)
    np.put_along_axis(safe, order, passed, axis=1)
    return report(lowest(safe), held_out)
