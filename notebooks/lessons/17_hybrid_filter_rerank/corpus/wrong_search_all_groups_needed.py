"""Want every group of a passage in the request.

task: search
score: 0
says: You want all of a passage's groups; one of them is enough.
"""

import numpy as np


def allowed(about, request):
    return (
        bool(about["groups"])
        and set(about["groups"]) <= set(request["groups"])
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
    runs = [lexical(query, {name: texts[name] for name in kept}), cosines(vector, vectors, kept)]
    total = fuse(runs, 60)
    return sorted(total, key=lambda name: (-total[name], name))[:n]
