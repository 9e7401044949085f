"""Adjust chances as Holm does, and test the margin by its score.

task: judge_slices
"""

import math
from statistics import NormalDist

import numpy as np


def judge_slices(slices, margin, alpha):
    p = np.array([tail(s["lost"], s["won"]) for s in slices])
    order = np.argsort(p, kind="stable")
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    z = NormalDist().inv_cdf(1 - alpha)
    found = {}
    for s, chance in zip(slices, adjusted, strict=True):
        n, lost, won = s["items"], s["lost"], s["won"]
        # The variance that fits the data best among those that lose the margin.
        a, b = 2 * n, -(lost + won) - (2 * n - lost + won) * margin
        most = (-b + math.sqrt(b * b - 4 * a * (won * margin * (margin + 1)))) / (2 * a)
        spread = n * (2 * max(most, 1e-9) + margin * (1 - margin) - 2 * margin)
        spread = max(spread, n * (max((lost + won) / n, margin) - margin**2))
        held = (lost - won - n * margin) / math.sqrt(max(spread, 1e-9)) < -z
        found[s["slice"]] = "held" if held else "worse" if chance <= alpha else "unknown"
    return found
