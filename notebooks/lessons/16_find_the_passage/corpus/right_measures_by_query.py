"""Write one small function a measure and average with statistics.

task: score_run
"""

from math import log2
from statistics import fmean


def _dcg(gains: list[int]) -> float:
    return sum(g / log2(r) for r, g in enumerate(gains, start=2))


def score_run(run, qrels, k):
    p, r, rr, ndcg = [], [], [], []
    for query, gains in qrels.items():
        seen: list[str] = []
        for name in run.get(query) or ():
            if name not in seen:
                seen.append(name)
        top = seen[:k]
        relevant = {name for name, gain in gains.items() if gain > 0}
        hits = [name in relevant for name in top]
        p.append(sum(hits) / k)
        r.append(sum(hits) / len(relevant))
        rr.append(1 / (hits.index(True) + 1) if True in hits else 0)
        best = sorted(gains.values())[::-1][:k]
        ndcg.append(_dcg([gains.get(name, 0) for name in top]) / _dcg(best))
    return {"P": fmean(p), "R": fmean(r), "RR": fmean(rr), "nDCG": fmean(ndcg)}
