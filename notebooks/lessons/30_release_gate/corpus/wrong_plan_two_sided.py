"""Halve alpha.

task: plan_gate
score: 0
says: A gate fears losses only: the quantile is that of 1 - alpha, not of 1 - alpha / 2.
"""

import math

from scipy.stats import norm


def plan_gate(effect, discordant, alpha, power, slices):
    z = norm.ppf(1 - alpha / 2) + norm.ppf(power)
    items = math.ceil(z**2 * (discordant - effect**2) / effect**2)
    z = norm.ppf(1 - alpha / 2 / len(slices)) + norm.ppf(power)
    visible = {name: float(z * math.sqrt(discordant / (n + z**2))) for name, n in slices.items()}
    return {
        "items": items,
        "visible": {k: v if v <= discordant else None for k, v in visible.items()},
    }
