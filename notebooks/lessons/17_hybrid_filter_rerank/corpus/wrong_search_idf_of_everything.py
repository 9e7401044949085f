"""Count idf over all passages, then fuse the ranks of permitted ones.

task: search
score: 0.9
says: Forbidden passages still count in your idf: the order changes when they are deleted. Score permitted ones only.
"""

import numpy as np


def allowed(about, request):
    return (
        set(about["groups"]).intersection(request["groups"]) != set()
        and about["kind"] in request["kinds"]
        and not about["deprecated"]
        and (about["expires"] or "9999-12-31") > request["today"]
    )


def cosines(vector, vectors, names):
    size = np.linalg.norm(vector)
    return {
        name: float(np.dot(vector, vectors[name]) / size / np.linalg.norm(vectors[name]))
        for name in names
    }


def everything(corpus):
    return {name: f"{p['title']} {p['text']}" for name, p in corpus.items()}


def search(query, vector, corpus, vectors, request, n):
    kept = {name for name, p in corpus.items() if allowed(p["metadata"], request)}
    runs = [lexical(query, everything(corpus)), cosines(vector, vectors, corpus)]
    runs = [{name: score for name, score in run.items() if name in kept} for run in runs]
    total = fuse(runs, 100)
    return sorted(total, key=lambda name: (-total[name], name))[:n]
