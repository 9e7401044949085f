"""Rank deprecated entries with the rest.

task: rank_passages
score: 0.25..0.75
says: Deprecated passages are ranked, and they match best: leave them out before you score.
"""


def rank_passages(asked, passages):
    live = passages
    texts = [f"{p['name']} {p['description']}" for p in live]
    made = {}
    for name, text in asked.items():
        scores = bm25(text, texts, 1.5, 0.75)
        order = sorted(range(len(live)), key=lambda i: -scores[i])[:10]
        made[name] = [live[i]["id"] for i in order]
    return made
