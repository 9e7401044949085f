"""Return the best passage only.

task: rank_passages
score: 0
says: One passage a question is not ten: relatives of the answer count too.
"""


def rank_passages(asked, passages):
    live = [p for p in passages if not p["deprecated"]]
    texts = [f"{p['name']} {p['description']}" for p in live]
    made = {}
    for name, text in asked.items():
        scores = bm25(text, texts, 1.5, 0.75)
        made[name] = [live[max(range(len(live)), key=scores.__getitem__)]["id"]]
    return made
