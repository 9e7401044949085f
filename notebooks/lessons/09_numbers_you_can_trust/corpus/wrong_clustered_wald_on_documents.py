"""Add and take t standard errors that are robust to clusters.

task: clustered_interval
score: 0.85..0.86
says: Your standard error counts documents rightly, but rate plus and minus t standard errors is Wald's interval: near 100 % it misses the truth. Put the effective rows into wilson.
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
