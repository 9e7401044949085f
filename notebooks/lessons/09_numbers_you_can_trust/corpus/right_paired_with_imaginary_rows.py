"""Write the differences out, with one of either kind more.

task: paired_intervals
"""

import numpy as np


def paired_intervals(tables):
    found = []
    for both, only_a, only_b, neither in tables:
        differences = np.repeat([-1, 1, 0], [only_a + 1, only_b + 1, both + neither])
        half = 1.96 * differences.std() / np.sqrt(len(differences))
        found.append([float(differences.mean() - half), float(differences.mean() + half)])
    return found
