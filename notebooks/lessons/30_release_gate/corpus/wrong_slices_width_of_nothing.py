"""Bound by Wald's interval, whose width is 0 where nothing disagrees.

task: judge_slices
score: 0.88..0.89
says: Thirty items without a disagreement are not proof: up to ten in a hundred may still be lost.
"""

import math

from scipy.stats import norm


def judge_slices(slices, margin, alpha):
    found = {s["slice"]: "unknown" for s in slices}
    chances = []
    for s in slices:
        if wald(s["items"], s["lost"], s["won"], alpha) < margin:
            found[s["slice"]] = "held"
        chances.append((tail(s["lost"], s["won"]), s["slice"]))
    for place, (p, name) in enumerate(sorted(chances)):
        if p > alpha / (len(chances) - place):
            break
        if found[name] == "unknown":
            found[name] = "worse"
    return found


def wald(n, lost, won, alpha):
    loss = (lost - won) / n
    return loss + norm.isf(alpha) * math.sqrt(((lost + won) / n - loss**2) / n)
