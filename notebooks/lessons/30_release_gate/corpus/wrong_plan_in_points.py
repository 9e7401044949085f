"""Return visible losses in points.

task: plan_gate
score: 0.5
says: Return losses as shares, as they came: 0.06, not 6.
"""

import math

from scipy.stats import norm


def plan_gate(effect, discordant, alpha, power, slices):
    z = norm.ppf(1 - alpha) + norm.ppf(power)
    items = math.ceil(z**2 * (discordant - effect**2) / effect**2)
    z = norm.ppf(1 - alpha / len(slices)) + norm.ppf(power)
    visible = {name: float(z * math.sqrt(discordant / (n + z**2))) for name, n in slices.items()}
    return {
        "items": items,
        "visible": {k: 100 * v if v <= discordant else None for k, v in visible.items()},
    }
