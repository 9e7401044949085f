"""Keep only what every run found.

task: fuse
score: 0.5
says: You drop passages that only some runs found: what one retriever misses is why there are two.
"""


def fuse(runs, k):
    total = {}
    for run in runs:
        for rank, name in enumerate(sorted(run, key=lambda name: (-run[name], name)), start=1):
            total.setdefault(name, []).append(1 / (k + rank))
    return {name: sum(parts) for name, parts in total.items() if len(parts) == len(runs)}
