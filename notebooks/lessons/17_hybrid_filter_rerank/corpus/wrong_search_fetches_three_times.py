"""Fetch three times n and filter that.

task: search
score: 0.2
says: Fetching more and filtering afterwards only moves the cliff: with enough forbidden neighbours the result is short again.
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
    total = fuse([lexical(query, everything(corpus)), cosines(vector, vectors, corpus)], 60)
    best = sorted(total, key=lambda name: (-total[name], name))[: 3 * n]
    return [name for name in best if allowed(corpus[name]["metadata"], request)][:n]
