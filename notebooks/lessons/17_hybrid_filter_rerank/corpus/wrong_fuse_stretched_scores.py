"""Stretch scores from 0 to 1 and add them.

task: fuse
score: 0
says: You fuse stretched scores. That is another method: reciprocal rank fusion reads the ranks only.
"""


def fuse(runs, k):
    total = {}
    for run in runs:
        low, high = min(run.values(), default=0), max(run.values(), default=1)
        for name, score in run.items():
            total[name] = total.get(name, 0.0) + (score - low) / ((high - low) or 1)
    return total
