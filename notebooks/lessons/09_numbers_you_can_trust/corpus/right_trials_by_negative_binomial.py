"""Count the trials before one failure too many.

task: trials_needed
"""

from scipy.stats import nbinom


def trials_needed(rate, confidence, allowed):
    return int(nbinom.ppf(confidence, allowed + 1, rate)) + allowed + 1
