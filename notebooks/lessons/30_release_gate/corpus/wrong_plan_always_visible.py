"""Report losses that cannot happen.

task: plan_gate
score: 0.83..0.84
says: A loss cannot exceed the share of disagreements: such a slice shows nothing, None.
"""

import math

from scipy.stats import norm


def plan_gate(effect, discordant, alpha, power, slices):
    z = norm.ppf(1 - alpha) + norm.ppf(power)
    items = math.ceil(z**2 * (discordant - effect**2) / effect**2)
    z = norm.ppf(1 - alpha / len(slices)) + norm.ppf(power)
    visible = {name: float(z * math.sqrt(discordant / (n + z**2))) for name, n in slices.items()}
    return {"items": items, "visible": dict(visible.items())}
