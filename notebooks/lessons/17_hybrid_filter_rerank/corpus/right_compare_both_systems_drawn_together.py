"""Draw queries, average both systems over the same draw, subtract.

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
    old = np.array([one(before.get(q, []), g, k) for q, g in qrels.items()])
    new = np.array([one(after.get(q, []), g, k) for q, g in qrels.items()])
    rng = np.random.default_rng(1)
    drawn = rng.integers(0, len(old), (4000, len(old)))
    lifts = new[drawn].mean(axis=1) - old[drawn].mean(axis=1)
    return told(new.mean() - old.mean(), np.quantile(lifts, 0.025), np.quantile(lifts, 0.975))
