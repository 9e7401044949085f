"""Match raw words.

task: rank_passages
score: 0.25..0.75
says: Words are not stemmed, so other forms of a word do not match.
"""


def rank_passages(asked, passages):
    live = [p for p in passages if not p["deprecated"]]
    texts = [f"{p['name']} {p['description']}" for p in live]
    made = {}
    for name, text in asked.items():
        scores = [len(set(words(text)) & set(words(t))) / (1 + len(words(t))) for t in texts]
        order = sorted(range(len(live)), key=lambda i: -scores[i])[:10]
        made[name] = [live[i]["id"] for i in order]
    return made
