"""Leave the titles out.

task: search
score: 0.2
says: You search the text alone: titles hold words too.
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


def texts_of(corpus, names):
    return {name: corpus[name]["text"] for name in names}


def search(query, vector, corpus, vectors, request, n):
    kept = [name for name, p in corpus.items() if allowed(p["metadata"], request)]
    total = fuse([lexical(query, texts_of(corpus, kept)), cosines(vector, vectors, kept)], 100)
    return sorted(total, key=lambda name: (-total[name], name))[:n]
