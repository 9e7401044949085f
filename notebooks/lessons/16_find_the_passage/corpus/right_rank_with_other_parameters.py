"""Rank with Lucene's default k1 and the name indexed twice.

task: rank_passages
"""


def rank_passages(asked, passages):
    live = [p for p in passages if not p["deprecated"]]
    texts = [f"{p['name']} {p['name']} {p['description']}" for p in live]
    made = {}
    for name, text in asked.items():
        scores = bm25(text, texts, 1.2, 0.75)
        order = sorted(range(len(live)), key=lambda i: -scores[i])[:10]
        made[name] = [live[i]["id"] for i in order]
    return made
