"""Name the measures with their cut-off.

task: score_run
score: 0
says: The names are P, R, RR and nDCG, without the cut-off.
"""

_score_run = score_run


def score_run(run, qrels, k):
    return {f"{name}@{k}": value for name, value in _score_run(run, qrels, k).items()}
