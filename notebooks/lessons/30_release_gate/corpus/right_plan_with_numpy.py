"""Round up with numpy, which gives a float, and bound slices with a Sidak level.

task: plan_gate
"""

import numpy as np
from scipy.stats import norm


def plan_gate(effect, discordant, alpha, power, slices):
    z = norm.isf(alpha) + norm.ppf(power)
    items = np.ceil(z**2 * (discordant / effect**2 - 1))
    z = norm.ppf((1 - alpha) ** (1 / len(slices))) + norm.ppf(power)
    n = np.array(list(slices.values()))
    losses = z * np.sqrt(discordant / (n + z**2))
    shown = [loss if loss <= discordant else None for loss in losses.tolist()]
    return {"items": items, "visible": dict(zip(slices, shown, strict=True))}
