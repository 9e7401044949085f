"""Return the rankings in a list.

task: rank_passages
score: 0
says: Return a dict, so that every ranking keeps its question's id.
"""

_rank = rank_passages


def rank_passages(asked, passages):
    return list(_rank(asked, passages).values())
