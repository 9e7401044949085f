"""Rank everything, then remove deprecated entries from the ten.

task: rank_passages
score: 0
says: You filter after cutting to ten, so some questions have fewer. Filter before you rank.
"""


def rank_passages(asked, passages):
    texts = [f"{p['name']} {p['description']}" for p in passages]
    made = {}
    for name, text in asked.items():
        scores = bm25(text, texts, 1.5, 0.75)
        order = sorted(range(len(texts)), key=lambda i: -scores[i])[:10]
        made[name] = [passages[i]["id"] for i in order if not passages[i]["deprecated"]]
    return made
