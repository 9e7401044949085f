"""Name a kind only with more than at_least questions.

task: explain_failures
score: 0.8..0.84
says: at_least questions are enough to be named; you ask for one more.
"""


def explain_failures(asked, passages, k, at_least):
    hits = {}
    causes = {"vocabulary": [], "stale": [], "crowded": []}
    for q in asked:
        found = q["gold"] in q["ranked"][:k]
        hits.setdefault(q["kind"], []).append(found)
        if found:
            continue
        current = [n for n in q["ranked"] if not passages[n]["deprecated"]]
        no_words = not set(terms(q["text"])) & set(terms(passages[q["gold"]]["text"]))
        is_stale = q["gold"] in current[:k]
        cause = "vocabulary" if no_words else "stale" if is_stale else "crowded"
        causes[cause].append(q["id"])
    recall = {kind: sum(found) / len(found) for kind, found in hits.items()}
    judged = [kind for kind in recall if len(hits[kind]) > at_least] or [next(iter(recall))]
    return {"recall": recall, "loses": min(judged, key=recall.get), "causes": causes}
