"""Use one dense array of counts, queries' terms only.

task: bm25
"""

import numpy as np


def bm25(query: str, passages: list[str], k1: float, b: float) -> np.ndarray:
    wanted = terms(query)
    rows = [terms(passage) for passage in passages]
    tf = np.array([[row.count(term) for term in wanted] for row in rows], dtype=float)
    length = np.array([[len(row)] for row in rows], dtype=float)
    df = (tf > 0).sum(axis=0)
    idf = np.log(1 + (len(rows) - df + 0.5) / (df + 0.5))
    return (idf * tf / (tf + k1 * (1 - b + b * length / length.mean()))).sum(axis=1)
