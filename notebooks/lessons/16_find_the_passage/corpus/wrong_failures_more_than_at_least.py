"""Name a kind only with more than at_least questions.

task: explain_failures
score: 0.8..0.84
says: at_least questions are enough to be named; you ask for one more.
"""


def rank_passages(asked, passages):
    live = [p for p in passages if not p["deprecated"]]
    texts = [f"{p['name']} {p['description']}" for p in live]
    made = {}
    for name, text in asked.items():
        scores = bm25(text, texts, 1.5, 0.75)
        order = sorted(range(len(live)), key=lambda i: -scores[i])[:10]
        made[name] = [live[i]["id"] for i in order]
    return made
