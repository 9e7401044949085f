"""Square and add Wilson's arms, less what the pairing shares, as Newcombe does.

task: paired_intervals
"""

import numpy as np


def wilson_ends(passed, asked):
    rate, z = passed / asked, 1.96
    half = z * np.sqrt(rate * (1 - rate) / asked + z * z / (4 * asked**2))
    middle, divisor = rate + z * z / (2 * asked), 1 + z * z / asked
    return (middle - half) / divisor, (middle + half) / divisor


def paired_intervals(tables):
    both, only_a, only_b, neither = np.array(tables, dtype=float).T
    n = both + only_a + only_b + neither
    a, b = (both + only_a) / n, (both + only_b) / n
    a_low, a_high = wilson_ends(both + only_a, n)
    b_low, b_high = wilson_ends(both + only_b, n)
    # The correction: a positive product loses n / 2, but does not turn negative.
    product = both * neither - only_a * only_b
    product = np.where(product > 0, np.maximum(product - n / 2, 0), product)
    margins = (both + only_a) * (only_b + neither) * (both + only_b) * (only_a + neither)
    alike = np.where(margins > 0, product / np.sqrt(np.maximum(margins, 1)), 0)

    def arm(x, y):
        return np.sqrt(np.maximum(x**2 - 2 * alike * x * y + y**2, 0))

    ends = [b - a - arm(b - b_low, a_high - a), b - a + arm(b_high - b, a - a_low)]
    return np.stack(ends, axis=1).tolist()
