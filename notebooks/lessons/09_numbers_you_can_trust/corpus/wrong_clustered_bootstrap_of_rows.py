"""Resample rows.

task: clustered_interval
score: 0.28..0.43
says: Resampling rows breaks the documents apart: resample documents, or nothing was gained over counting rows.
"""

import numpy as np
from scipy.stats import binom


def clustered_interval(documents):
    passed, asked = np.array(documents).sum(axis=0)
    return (binom.ppf([0.025, 0.975], asked, passed / asked) / asked).tolist()
