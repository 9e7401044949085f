"""Ask of every id where it stands in each run.

task: fuse
"""


def fuse(runs, k):
    orders = [[name for _, name in sorted((-s, name) for name, s in run.items())] for run in runs]
    ids = {name for run in runs for name in run}
    return {
        name: sum(1 / (k + order.index(name) + 1) for order in orders if name in order)
        for name in sorted(ids)
    }
