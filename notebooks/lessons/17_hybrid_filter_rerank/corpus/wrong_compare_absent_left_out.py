"""Compare only queries that both runs answered.

task: compare_runs
score: 0.83..0.84
says: You leave out queries that a run has no answer for: a system that answers nothing would look unharmed. They have reciprocal rank 0.
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
    both = [q for q in qrels if q in before and q in after]
    gaps = np.array([one(after[q], qrels[q], k) - one(before[q], qrels[q], k) for q in both])
    means = np.random.default_rng(1).choice(gaps, (4000, len(gaps))).mean(axis=1)
    return told(gaps.mean(), *np.percentile(means, [2.5, 97.5]))
