"""Draw judged passages instead of queries.

task: compare_runs
score: 0
says: You average over relevant passages: a query with four of them counts four times. The unit is the query.
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
    gaps = []
    for q, gains in qrels.items():
        gap = one(after.get(q, []), gains, k) - one(before.get(q, []), gains, k)
        gaps += [gap] * sum(gain > 0 for gain in gains.values())
    means = np.random.default_rng(1).choice(gaps, (4000, len(gaps))).mean(axis=1)
    return told(np.mean(gaps), *np.percentile(means, [2.5, 97.5]))
