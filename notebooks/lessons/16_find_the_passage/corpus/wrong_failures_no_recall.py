"""Crash on a kind without a hit.

task: explain_failures
score: 0
says: A kind may have a recall of 0, and your code divides by it.
"""

_explain = explain_failures


def explain_failures(asked, passages, k, at_least):
    told = _explain(asked, passages, k, at_least)
    costs = {kind: 1 / value for kind, value in told["recall"].items()}
    return told | {"loses": max(costs, key=costs.get)}
