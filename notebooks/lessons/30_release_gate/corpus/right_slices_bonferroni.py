"""Compare each chance with alpha over m, and bound without imaginary items.

task: judge_slices
"""

import math
from statistics import NormalDist

from scipy.stats import binom


def judge_slices(slices, margin, alpha):
    z, found = NormalDist().inv_cdf(1 - alpha), {}
    for s in slices:
        n, lost, won = s["items"], s["lost"], s["won"]
        loss = (lost - won) / n
        high = loss + z * math.sqrt(max((lost + won) / n - loss**2, 1 / n) / n)
        if high < margin:
            found[s["slice"]] = "held"
        elif loss > 0 and binom.sf(lost - 1, lost + won, 0.5) <= alpha / len(slices):
            found[s["slice"]] = "worse"
        else:
            found[s["slice"]] = "unknown"
    return found
