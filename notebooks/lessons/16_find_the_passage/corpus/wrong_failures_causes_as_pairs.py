"""Return causes as a list of pairs.

task: explain_failures
score: 0.3..0.35
says: causes is a dict from cause to ids; you return pairs.
"""

_explain = explain_failures


def explain_failures(asked, passages, k, at_least):
    told = _explain(asked, passages, k, at_least)
    return told | {"causes": [[cause, ids] for cause, ids in told["causes"].items()]}
