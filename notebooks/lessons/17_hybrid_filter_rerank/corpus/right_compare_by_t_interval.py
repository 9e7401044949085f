"""Use Student's interval of the paired differences, which a bootstrap tends to.

task: compare_runs
"""

import numpy as np
from scipy import stats


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
    half = stats.t.ppf(0.975, len(gaps) - 1) * np.std(gaps, ddof=1) / len(gaps) ** 0.5
    return told(np.mean(gaps), np.mean(gaps) - half, np.mean(gaps) + half)
