"""Index names only.

task: rank_passages
score: 0..0.75
says: Only names are indexed, and people do not ask in names.
"""


def rank_passages(asked, passages):
    live = [p for p in passages if not p["deprecated"]]
    texts = [p["name"] for p in live]
    made = {}
    for name, text in asked.items():
        scores = bm25(text, texts, 1.5, 0.75)
        order = sorted(range(len(live)), key=lambda i: -scores[i])[:10]
        made[name] = [live[i]["id"] for i in order]
    return made
