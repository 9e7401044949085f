"""Blame the last stage.

task: name_stage
score: 0.22..0.23
says: You blame the last stage, where the fall was seen and not where it began.
"""

import numpy as np


def quality(rankings, qrels, k):
    total = 0.0
    for query, gains in qrels.items():
        for rank, name in enumerate(rankings[query][:k], start=1):
            if gains.get(name, 0) > 0:
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

    return {"falls": falls, "stage": stages[-1]["name"]}
