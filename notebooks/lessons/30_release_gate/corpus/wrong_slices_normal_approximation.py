"""Approximate the coin by a normal distribution.

task: judge_slices
score: 0.77..0.78
says: With some 20 disagreements the normal approximation is too sure: tail counts the coin exactly.
"""

import math

from scipy.stats import norm


def judge_slices(slices, margin, alpha):
    found = {s["slice"]: "unknown" for s in slices}
    chances = []
    for s in slices:
        if bounds(s["items"], s["lost"], s["won"], alpha)[1] < margin:
            found[s["slice"]] = "held"
        chances.append((near(s["lost"], s["won"]), s["slice"]))
    for place, (p, name) in enumerate(sorted(chances)):
        if p > alpha / (len(chances) - place):
            break
        if found[name] == "unknown":
            found[name] = "worse"
    return found


def near(lost, won):
    return float(norm.sf((lost - won) / math.sqrt(lost + won))) if lost + won else 1.0
