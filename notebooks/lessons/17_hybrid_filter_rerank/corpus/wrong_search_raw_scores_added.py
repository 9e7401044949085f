"""Add BM25 scores and cosines.

task: search
score: 0.2
says: You add BM25 scores to cosines: BM25's numbers are larger and decide alone. Fuse ranks, or rescale by query.
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
    kept = [name for name, p in corpus.items() if allowed(p["metadata"], request)]
    texts = everything(corpus)
    words = lexical(query, {name: texts[name] for name in kept})
    run = {name: s + words.get(name, 0.0) for name, s in cosines(vector, vectors, kept).items()}
    return sorted(run, key=lambda name: -run[name])[:n]
