"""Search for the first n, and for the loss where power is reached.

task: plan_gate
"""

import math

from scipy.optimize import brentq
from scipy.stats import norm


def plan_gate(effect, discordant, alpha, power, slices):
    def short(loss, n, level):
        error = math.sqrt((discordant - loss**2) / n)
        return norm.cdf(loss / error - norm.ppf(1 - level)) - power

    low, high = 1, 10**7
    while low < high:
        n = (low + high) // 2
        low, high = (low, n) if short(effect, n, alpha) >= 0 else (n + 1, high)
    share, top, seen = alpha / len(slices), math.sqrt(discordant) * (1 - 1e-9), {}
    for name, n in slices.items():
        loss = brentq(short, 1e-9, top, args=(n, share))
        seen[name] = loss if loss <= discordant else None
    return {"items": low, "visible": seen}
