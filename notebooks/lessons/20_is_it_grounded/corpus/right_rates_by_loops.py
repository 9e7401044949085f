"""Walk audit by audit in plain Python, with the ANOVA-free sandwich variance.

task: invention_rates
"""

import math


def interval(rate, n):
    z = 1.96
    middle = (rate + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(rate * (1 - rate) / n + (z / n) ** 2 / 4)
    return [rate, max(0.0, middle - half), min(1.0, middle + half)]


def invention_rates(unsupported, claims):
    answers, singles = [], []
    for bad, size in zip(unsupported.tolist(), claims.tolist(), strict=True):
        kept = [(b, m) for b, m in zip(bad, size, strict=True) if m]
        n, total = len(kept), sum(m for _, m in kept)
        answers.append(interval(sum(b > 0 for b, _ in kept) / n, n))
        rate = sum(b for b, _ in kept) / total
        spread = sum((b - rate * m) ** 2 for b, m in kept) * n / (n - 1) / total**2
        worth = rate * (1 - rate) / spread if spread else n
        singles.append(interval(rate, min(worth, total)))
    return {"answers": answers, "claims": singles}
