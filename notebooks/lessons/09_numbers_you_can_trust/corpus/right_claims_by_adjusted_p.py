"""Adjust the p-values with a running maximum, then compare each with alpha.

task: claims_that_hold
"""

import numpy as np
from scipy.stats import binomtest


def claims_that_hold(comparisons, alpha):
    p, leads = [], []
    for one in comparisons:
        read = np.array(one["differences"][: one["planned"]])
        differ = int(np.count_nonzero(read))
        finished = len(read) == one["planned"] and differ > 0
        p.append(binomtest(int((read > 0).sum()), differ).pvalue if finished else 1.0)
        leads.append(read.sum())
    order = np.argsort(p)
    steps = np.array(p)[order] * np.arange(len(p), 0, -1)
    adjusted = np.maximum.accumulate(steps)
    return {
        comparisons[place]["name"]: "better" if leads[place] > 0 else "worse"
        for place, value in zip(order, adjusted, strict=True)
        if value <= alpha
    }
