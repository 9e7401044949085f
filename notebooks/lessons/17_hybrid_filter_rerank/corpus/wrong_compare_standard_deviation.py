"""Take the spread of queries for the spread of their mean.

task: compare_runs
score: 0.16..0.17
says: Your interval says where single queries lie. Average each draw first, then take the percentiles of the averages.
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
    return told(gaps.mean(), *np.percentile(gaps, [2.5, 97.5]))
