"""Draw the two systems' queries apart.

task: compare_runs
score: 0.16..0.17
says: Your interval is unpaired and far too wide: both systems answered the same queries, so draw a query with both its results.
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
    shape = (4000, len(old))
    lifts = rng.choice(new, shape).mean(axis=1) - rng.choice(old, shape).mean(axis=1)
    return told(new.mean() - old.mean(), *np.percentile(lifts, [2.5, 97.5]))
