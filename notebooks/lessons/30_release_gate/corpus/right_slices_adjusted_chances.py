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
        # Tango's score test: the likeliest share won among those that lose the margin.
        b = (2 * n - lost + won) * margin - lost - won
        c = -won * margin * (1 - margin)
        likely = (math.sqrt(b * b - 8 * n * c) - b) / (4 * n)
        error = math.sqrt(n * (2 * likely + margin * (1 - margin)))
        held = (lost - won - n * margin) / error < -z
        found[s["slice"]] = "held" if held else "worse" if chance <= alpha else "unknown"
    return found
