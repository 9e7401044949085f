"""Search everything, fetch fifty, then drop what is forbidden.

task: search
score: 0.8
says: Fifty is not enough where more than fifty forbidden passages lead, and their idf counts. Filter before the search.
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
    best = sorted(total, key=lambda name: (-total[name], name))[:50]
    return [name for name in best if allowed(corpus[name]["metadata"], request)][:n]
