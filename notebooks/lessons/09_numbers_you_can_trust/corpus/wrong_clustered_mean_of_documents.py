"""Average the shares of the documents.

task: clustered_interval
score: 0.42..0.72
says: The mean of the documents' shares gives a short document the weight of a long one; the task asks for the share of all questions.
"""

import numpy as np
from scipy.stats import t


def clustered_interval(documents):
    passed, asked = np.array(documents, dtype=float).T
    shares, count = passed / asked, len(documents)
    if shares.std() == 0:
        return wilson(shares[0], count, 1.96)
    half = t.ppf(0.975, count - 1) * shares.std(ddof=1) / np.sqrt(count)
    return [max(0.0, shares.mean() - half), min(1.0, shares.mean() + half)]
