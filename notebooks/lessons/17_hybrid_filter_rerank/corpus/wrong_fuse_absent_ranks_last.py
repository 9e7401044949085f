"""Give what a run lacks the rank after its last.

task: fuse
score: 0.5
says: You pay for being absent: a run that does not list a passage adds nothing for it.
"""


def fuse(runs, k):
    ids = {name for run in runs for name in run}
    total = dict.fromkeys(sorted(ids), 0.0)
    for run in runs:
        order = sorted(run, key=lambda name: (-run[name], name))
        for name in total:
            rank = order.index(name) + 1 if name in run else len(order) + 1
            total[name] += 1 / (k + rank)
    return total
