"""Rank each run as a pandas Series, and add with missing as nothing.

task: fuse
"""

import pandas as pd


def fuse(runs, k):
    total = pd.Series(dtype=float)
    for run in runs:
        if run:
            scores = pd.Series(run).sort_index()
            place = scores.rank(ascending=False, method="first")
            total = total.add(1 / (k + place), fill_value=0)
    return {name: float(value) for name, value in total.items()}
