"""Name only the slices that show something.

task: plan_gate
score: 0.5
says: Name every slice: one that shows nothing is what the reader has to know, as None.
"""

import math

from scipy.stats import norm


def plan_gate(effect, discordant, alpha, power, slices):
    z = norm.ppf(1 - alpha) + norm.ppf(power)
    items = math.ceil(z**2 * (discordant - effect**2) / effect**2)
    z = norm.ppf(1 - alpha / len(slices)) + norm.ppf(power)
    visible = {name: float(z * math.sqrt(discordant / (n + z**2))) for name, n in slices.items()}
    return {"items": items, "visible": {k: v for k, v in visible.items() if v <= discordant}}
