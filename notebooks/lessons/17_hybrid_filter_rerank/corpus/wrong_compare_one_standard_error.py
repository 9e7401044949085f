"""Report one standard error each way.

task: compare_runs
score: 0.16..0.17
says: Your interval covers 68 %: the ends of 95 % are the 2.5 and 97.5 percentiles.
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
    gaps = np.array(
        [one(after.get(q, []), g, k) - one(before.get(q, []), g, k) for q, g in qrels.items()]
    )
    means = np.random.default_rng(1).choice(gaps, (4000, len(gaps))).mean(axis=1)
    return told(gaps.mean(), *np.percentile(means, [16, 84]))
