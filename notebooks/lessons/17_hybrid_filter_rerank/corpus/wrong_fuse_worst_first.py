"""Rank the lowest score first.

task: fuse
score: 0
says: Your rank 1 is the lowest score: higher is better.
"""


def fuse(runs, k):
    total = {}
    for run in runs:
        for rank, name in enumerate(sorted(run, key=lambda name: (run[name], name)), start=1):
            total[name] = total.get(name, 0.0) + 1 / (k + rank)
    return total
