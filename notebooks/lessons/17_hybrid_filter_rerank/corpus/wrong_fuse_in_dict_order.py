"""Take the dict's order for the ranking.

task: fuse
score: 0
says: You take the order of the dict for the ranking: sort each run by falling score first.
"""


def fuse(runs, k):
    total = {}
    for run in runs:
        for rank, name in enumerate(run, start=1):
            total[name] = total.get(name, 0.0) + 1 / (k + rank)
    return total
