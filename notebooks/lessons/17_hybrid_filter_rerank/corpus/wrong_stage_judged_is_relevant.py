"""Count ids that were judged 0 as relevant.

task: name_stage
score: 0
says: A gain of 0 says not relevant: ask for more than 0.
"""

import numpy as np


def quality(rankings, qrels, k):
    total = 0.0
    for query, gains in qrels.items():
        for rank, name in enumerate(rankings[query][:k], start=1):
            if name in gains:
                total += 1 / rank
                break
    return total / len(qrels)


def cosine(a, b):
    return np.dot(a, b) / np.linalg.norm(a) / np.linalg.norm(b)


def other(kind, old, new):
    if kind == "set":
        return set(old) != set(new)
    return cosine(old, new) < 0.99


def name_stage(stages, before, after, qrels, k, drop):
    falls = {
        s["name"]: quality(before[s["name"]], qrels, k) - quality(after[s["name"]], qrels, k)
        for s in stages
        if s["kind"] == "ranking"
    }

    def bad(stage):
        name, kind = stage["name"], stage["kind"]
        if kind == "ranking":
            return falls[name] > drop
        return any(other(kind, before[name][q], after[name][q]) for q in qrels)

    by_name, at = {s["name"]: s for s in stages}, stages[-1]
    while True:
        upstream = [by_name[name] for name in at["reads"] if bad(by_name[name])]
        if not upstream:
            return {"falls": falls, "stage": at["name"]}
        at = upstream[0]
