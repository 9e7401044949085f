"""Leave power out.

task: plan_gate
score: 0
says: Without power the plan finds its effect every other time.
"""

import math

from scipy.stats import norm


def plan_gate(effect, discordant, alpha, power, slices):
    z = norm.ppf(1 - alpha)
    items = math.ceil(z**2 * (discordant - effect**2) / effect**2)
    z = norm.ppf(1 - alpha / len(slices))
    visible = {name: float(z * math.sqrt(discordant / (n + z**2))) for name, n in slices.items()}
    return {
        "items": items,
        "visible": {k: v if v <= discordant else None for k, v in visible.items()},
    }
