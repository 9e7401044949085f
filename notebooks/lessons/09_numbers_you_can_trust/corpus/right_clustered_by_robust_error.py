"""Add and take t standard errors that are robust to clusters.

task: clustered_interval
"""

import numpy as np
from scipy.stats import t


def clustered_interval(documents):
    passed, asked = np.array(documents, dtype=float).T
    count, share = len(asked), passed.sum() / asked.sum()
    if share in (0, 1):
        return wilson(share, count, 1.96)
    surplus = passed - share * asked
    half = t.ppf(0.975, count - 1) * np.sqrt(count / (count - 1) * surplus @ surplus) / asked.sum()
    return [max(0.0, share - half), min(1.0, share + half)]
