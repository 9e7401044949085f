"""Draw how often each query counts, as multinomial weights.

task: compare_runs
"""

import numpy as np


def one(ranked, gains, k):
    for rank, name in enumerate(ranked[:k], start=1):
        if gains.get(name, 0) > 0:
            return 1 / rank
    return 0.0


def told(lift, low, high):
    verdict = "better" if low > 0 else "worse" if high < 0 else "unclear"
    return {"lift": float(lift), "low": float(low), "high": float(high), "verdict": verdict}


def compare_runs(before, after, qrels, k):
    gaps = [one(after.get(q, []), g, k) - one(before.get(q, []), g, k) for q, g in qrels.items()]
    n = len(gaps)
    weights = np.random.default_rng(5).multinomial(n, [1 / n] * n, size=5000)
    means = np.sort(weights @ np.array(gaps) / n)
    return told(sum(gaps) / n, means[124], means[4874])
