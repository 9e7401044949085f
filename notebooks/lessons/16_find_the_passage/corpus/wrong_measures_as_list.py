"""Return four numbers in a list.

task: score_run
score: 0
says: Name your measures: the result is a dict with P, R, RR and nDCG.
"""

_score_run = score_run


def score_run(run, qrels, k):
    return list(_score_run(run, qrels, k).values())
