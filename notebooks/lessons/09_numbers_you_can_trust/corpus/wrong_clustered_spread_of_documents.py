"""Forget the root of the number of documents.

task: clustered_interval
score: 0
says: That is how much documents differ from each other; the share over K of them varies less, by the root of K.
"""

import numpy as np


def clustered_interval(documents):
    passed, asked = np.array(documents, dtype=float).T
    share = passed.sum() / asked.sum()
    half = 1.96 * (passed / asked).std(ddof=1)
    return [max(0.0, share - half), min(1.0, share + half)]
