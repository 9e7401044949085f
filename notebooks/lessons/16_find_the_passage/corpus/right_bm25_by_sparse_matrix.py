"""Weigh a sparse count matrix and multiply it with the query.

task: bm25
"""

import numpy as np
from scipy.sparse import csr_array


def bm25(query: str, passages: list[str], k1: float, b: float) -> np.ndarray:
    rows = [terms(passage) for passage in passages]
    vocabulary = {term: i for i, term in enumerate(sorted({t for row in rows for t in row}))}
    at = [(place, vocabulary[term]) for place, row in enumerate(rows) for term in row]
    shape = (len(rows), len(vocabulary))
    where = np.array(at, dtype=int).reshape(-1, 2).T
    counts = csr_array((np.ones(len(at)), (where[0], where[1])), shape=shape)
    counts.sum_duplicates()
    lengths = np.array([len(row) for row in rows], dtype=float)
    df = np.bincount(counts.indices, minlength=shape[1])
    weight = np.log(1 + (shape[0] - df + 0.5) / (df + 0.5))
    norm = k1 * (1 - b + b * lengths / lengths.mean())
    counts = counts.tocoo()
    data = weight[counts.coords[1]] * counts.data / (counts.data + norm[counts.coords[0]])
    weighted = csr_array((data, counts.coords), shape=shape)
    wanted = np.zeros(shape[1])
    for term in terms(query):
        if term in vocabulary:
            wanted[vocabulary[term]] += 1
    return weighted @ wanted
