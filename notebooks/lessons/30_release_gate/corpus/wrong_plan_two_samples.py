"""Plan two independent samples of the disagreements' rate.

task: plan_gate
score: 0.5
says: Runs are paired: the variance of an item is discordant - effect**2.
"""

import math

from scipy.stats import norm


def plan_gate(effect, discordant, alpha, power, slices):
    z = norm.ppf(1 - alpha) + norm.ppf(power)
    items = math.ceil(z**2 * 2 * discordant * (1 - discordant) / effect**2)
    z = norm.ppf(1 - alpha / len(slices)) + norm.ppf(power)
    visible = {name: float(z * math.sqrt(discordant / (n + z**2))) for name, n in slices.items()}
    return {
        "items": items,
        "visible": {k: v if v <= discordant else None for k, v in visible.items()},
    }
