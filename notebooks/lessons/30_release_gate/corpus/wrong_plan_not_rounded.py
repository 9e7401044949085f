"""Ask for a fraction of an item.

task: plan_gate
score: 0.5
says: Items are whole, and with one fewer the plan does not keep its promise: round up.
"""

import math

from scipy.stats import norm


def plan_gate(effect, discordant, alpha, power, slices):
    z = norm.ppf(1 - alpha) + norm.ppf(power)
    items = float(z**2 * (discordant - effect**2) / effect**2)
    z = norm.ppf(1 - alpha / len(slices)) + norm.ppf(power)
    visible = {name: float(z * math.sqrt(discordant / (n + z**2))) for name, n in slices.items()}
    return {
        "items": items,
        "visible": {k: v if v <= discordant else None for k, v in visible.items()},
    }
