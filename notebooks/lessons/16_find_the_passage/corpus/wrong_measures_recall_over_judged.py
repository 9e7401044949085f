"""Divide recall by all judged ids.

task: score_run
score: 0..0.9
says: Your R divides by everything judged: ids judged 0 are not relevant.
"""

import math


def score_run(run, qrels, k):
    totals = dict.fromkeys(("P", "R", "RR", "nDCG"), 0.0)
    queries = 0
    for query, gains in qrels.items():
        ranked = list(dict.fromkeys(run.get(query, [])))[:k]
        got = [gains.get(name, 0) for name in ranked]
        hits = [rank for rank, gain in enumerate(got, 1) if gain > 0]
        queries += 1
        relevant = len(gains)
        best = sorted(gains.values(), reverse=True)[:k]
        totals["P"] += len(hits) / k
        totals["R"] += len(hits) / relevant
        totals["RR"] += 1 / hits[0] if hits else 0.0
        got_dcg = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(got, 1))
        best_dcg = sum(gain / math.log2(rank + 1) for rank, gain in enumerate(best, 1))
        totals["nDCG"] += got_dcg / best_dcg if best_dcg else 0.0
    return {name: total / max(queries, 1) for name, total in totals.items()}
