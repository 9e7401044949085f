"""Count ranks from 0.

task: fuse
score: 0
says: Your ranks begin at 0; the best passage of a run has rank 1.
"""


def fuse(runs, k):
    total = {}
    for run in runs:
        order = sorted(run, key=lambda name: (-run[name], name))
        for rank, name in enumerate(order, start=0):
            total[name] = total.get(name, 0.0) + 1 / (k + rank)
    return total
