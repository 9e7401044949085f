"""Ask SciPy for each row.

task: rate_intervals
"""

from scipy.stats import binomtest


def rate_intervals(rows, confidence):
    found = [binomtest(k, n).proportion_ci(confidence, "wilson") for k, n in rows]
    return [[float(one.low), float(one.high)] for one in found]
