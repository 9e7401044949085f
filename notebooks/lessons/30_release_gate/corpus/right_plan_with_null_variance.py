"""Use the larger variance under "nothing is lost" for alpha.

task: plan_gate
"""

import math
from statistics import NormalDist


def plan_gate(effect, discordant, alpha, power, slices):
    inv = NormalDist().inv_cdf
    root = inv(1 - alpha) * math.sqrt(discordant) + inv(power) * math.sqrt(discordant - effect**2)
    seen = {}
    z = inv(1 - alpha / len(slices)) + inv(power)
    for name, n in slices.items():
        loss = math.sqrt(z * z * discordant / (n + z * z))
        seen[name] = None if loss > discordant else loss
    return {"items": math.ceil((root / effect) ** 2), "visible": seen}
