"""Leave equal scores in the order of the dict.

task: fuse
score: 0.83..0.84
says: Equal scores stand in the order they came in; they rank in alphabetical order of their ids.
"""


def fuse(runs, k):
    total = {}
    for run in runs:
        for rank, name in enumerate(sorted(run, key=lambda name: -run[name]), start=1):
            total[name] = total.get(name, 0.0) + 1 / (k + rank)
    return total
