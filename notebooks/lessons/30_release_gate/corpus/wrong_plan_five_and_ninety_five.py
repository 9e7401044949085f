"""Plan at 5 % and 95 % always.

task: plan_gate
score: 0.33..0.34
says: Alpha and power are arguments: another gate, another plan.
"""

import math

from scipy.stats import norm


def plan_gate(effect, discordant, alpha, power, slices):
    alpha, power = 0.05, 0.95
    z = norm.ppf(1 - alpha) + norm.ppf(power)
    items = math.ceil(z**2 * (discordant - effect**2) / effect**2)
    z = norm.ppf(1 - alpha / len(slices)) + norm.ppf(power)
    visible = {name: float(z * math.sqrt(discordant / (n + z**2))) for name, n in slices.items()}
    return {
        "items": items,
        "visible": {k: v if v <= discordant else None for k, v in visible.items()},
    }
