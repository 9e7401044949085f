"""Ask for the chance of exactly that many failures.

task: trials_needed
score: 0.6
says: Fewer failures would have passed the test as well: add the chances of 0 to allowed.
"""

from scipy.stats import binom


def trials_needed(rate, confidence, allowed):
    n = max(allowed + 1, int(allowed / rate))
    while binom.pmf(allowed, n, rate) > 1 - confidence:
        n += 1
    return n
