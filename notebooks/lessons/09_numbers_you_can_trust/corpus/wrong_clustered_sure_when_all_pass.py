"""Trust a variance of zero.

task: clustered_interval
score: 0.71..0.72
says: Where everything passes the spread is 0, and so is your interval: count documents there.
"""

import numpy as np
from scipy.stats import t


def clustered_interval(documents):
    passed, asked = np.array(documents, dtype=float).T
    count, share = len(asked), passed.sum() / asked.sum()
    surplus = passed - share * asked
    half = t.ppf(0.975, count - 1) * np.sqrt(count / (count - 1) * surplus @ surplus) / asked.sum()
    return [max(0.0, share - half), min(1.0, share + half)]
