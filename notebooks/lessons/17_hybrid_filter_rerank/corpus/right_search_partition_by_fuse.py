"""Keep what is permitted, then fuse ranks with k 20.

task: search
"""

import numpy as np


def search(query, vector, corpus, vectors, request, n):
    kept = {}
    for name, passage in corpus.items():
        about = passage["metadata"]
        if about["deprecated"] or about["kind"] not in request["kinds"]:
            continue
        if about["expires"] is not None and about["expires"] <= request["today"]:
            continue
        if any(group in request["groups"] for group in about["groups"]):
            kept[name] = passage["title"] + " " + passage["text"]
    if not kept:
        return []
    matrix = np.array([vectors[name] for name in kept])
    matrix /= np.linalg.norm(matrix, axis=1, keepdims=True)
    total = fuse([lexical(query, kept), dict(zip(kept, matrix @ vector, strict=True))], 20)
    return sorted(total, key=total.get, reverse=True)[:n]
