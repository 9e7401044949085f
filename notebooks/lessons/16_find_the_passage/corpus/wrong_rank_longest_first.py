"""Count shared letters instead of terms.

task: rank_passages
score: 0
says: Your score grows with a passage's length, whatever it says.
"""


def rank_passages(asked, passages):
    live = [p for p in passages if not p["deprecated"]]
    texts = [f"{p['name']} {p['description']}" for p in live]
    made = {}
    for name, text in asked.items():
        scores = [sum(t.lower().count(c) for c in set(text.lower())) for t in texts]
        order = sorted(range(len(live)), key=lambda i: -scores[i])[:10]
        made[name] = [live[i]["id"] for i in order]
    return made
