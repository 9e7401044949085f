"""Match words without stemming.

task: rank_passages
score: 0..0.75
says: Words are not stemmed, so other forms of a word do not match.
"""

scores_of = scores


def rank_passages(asked, passages):
    live = [p for p in passages if not p["deprecated"]]
    texts = [f"{p['name']} {p['description']}" for p in live]
    made = {}
    for name, text in asked.items():
        scores = scores_of(indexed(texts, words), words(text))
        order = sorted(range(len(live)), key=lambda i: -scores[i])[:10]
        made[name] = [live[i]["id"] for i in order]
    return made
