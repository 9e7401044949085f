"""Keep the differences that a score test does not reject, as Tango does.

task: paired_intervals
"""

import numpy as np


def paired_intervals(tables):
    cells = np.array(tables, dtype=float)
    n, a, b = cells.sum(axis=1), cells[:, 1], cells[:, 2]

    def score(d):
        linear = (2 * n - b + a) * d - a - b
        root = np.sqrt(np.maximum(linear**2 + 8 * n * a * d * (1 - d), 0))
        spread = n * ((root - linear) / (2 * n) + d * (1 - d))
        return (b - a - n * d) / np.sqrt(np.maximum(spread, 1e-12))

    def end(outer, sign):
        inner = (b - a) / n
        for _ in range(40):
            middle = (inner + outer) / 2
            kept = sign * score(middle) < 1.96
            inner, outer = np.where(kept, middle, inner), np.where(kept, outer, middle)
        return inner

    low, high = end(np.full(len(n), -0.9999), 1), end(np.full(len(n), 0.9999), -1)
    return np.stack([low, high], axis=1).tolist()
