"""Score the permitted ids and join them by convex fusion.

task: search
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
    return {name: f"{corpus[name]['title']} {corpus[name]['text']}" for name in names}


def search(query, vector, corpus, vectors, request, n):
    selector = [name for name, p in corpus.items() if allowed(p["metadata"], request)]
    words, near = lexical(query, texts_of(corpus, selector)), cosines(vector, vectors, selector)

    def stretched(run):
        values = [run.get(name, 0.0) for name in selector]
        low, high = min(values), max(values)
        return {name: (run.get(name, 0.0) - low) / (high - low + 1e-9) for name in selector}

    if not selector:
        return []
    a, b = stretched(words), stretched(near)
    return sorted(selector, key=lambda name: -(0.4 * a[name] + 0.6 * b[name]))[:n]
