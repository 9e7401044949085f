"""Add a half to each of the four cells, as Agresti and Min do.

task: paired_intervals
"""

import numpy as np


def paired_intervals(tables):
    cells = np.array(tables, dtype=float) + 0.5
    n = cells.sum(axis=1)
    mean = (cells[:, 2] - cells[:, 1]) / n
    half = 1.96 * np.sqrt(((cells[:, 1] + cells[:, 2]) / n - mean**2) / n)
    return np.stack([mean - half, mean + half], axis=1).tolist()
