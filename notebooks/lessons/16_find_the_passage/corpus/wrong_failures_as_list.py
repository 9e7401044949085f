"""Return the three results in a list.

task: explain_failures
score: 0
says: Return a dict with recall, loses and causes.
"""

_explain = explain_failures


def explain_failures(asked, passages, k, at_least):
    return list(_explain(asked, passages, k, at_least).values())
