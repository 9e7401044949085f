"""Divide by the design effect twice.

task: clustered_interval
score: 0.42..0.58
says: The design effect divides the rows once; you divided twice.
"""

import numpy as np


def clustered_interval(documents):
    passed, asked = np.array(documents, dtype=float).T
    n, count = asked.sum(), len(asked)
    share = passed.sum() / n
    if share in (0, 1):
        return wilson(share, count, 1.96)
    variance = count / (count - 1) * ((passed - share * asked) ** 2).sum() / n**2
    effect = max(1.0, variance / (share * (1 - share) / n))
    return wilson(share, n / effect**2, 1.96)
