"""Add the scores as they are.

task: fuse
score: 0
says: You add scores that have different units: the run with the largest numbers decides alone. Add 1 / (k + rank).
"""


def fuse(runs, k):
    total = {}
    for run in runs:
        for name, score in run.items():
            total[name] = total.get(name, 0.0) + score
    return total
