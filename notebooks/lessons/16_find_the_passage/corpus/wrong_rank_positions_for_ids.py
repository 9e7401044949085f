"""Return positions in the list instead of ids.

task: rank_passages
score: 0
says: You return positions in the list of passages; ids survive a re-index, positions do not.
"""

_rank = rank_passages


def rank_passages(asked, passages):
    at = {p["id"]: str(place) for place, p in enumerate(passages)}
    return {name: [at[i] for i in ids] for name, ids in _rank(asked, passages).items()}
