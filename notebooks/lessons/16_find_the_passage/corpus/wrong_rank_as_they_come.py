"""Return the first ten passages for every question.

task: rank_passages
score: 0
says: Every question gets the same passages: nothing was ranked.
"""


def rank_passages(asked, passages):
    live = [p for p in passages if not p["deprecated"]]
    texts = [f"{p['name']} {p['description']}" for p in live]
    made = {}
    for name, text in asked.items():
        scores = [0.0] * len(texts)
        order = sorted(range(len(live)), key=lambda i: -scores[i])[:10]
        made[name] = [live[i]["id"] for i in order]
    return made
