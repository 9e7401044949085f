"""Call every miss crowded.

task: explain_failures
score: 0.3..0.34
says: Every miss gets the same cause, so nothing follows from the table.
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
        cause = "crowded"
        causes[cause].append(q["id"])
    recall = {kind: sum(found) / len(found) for kind, found in hits.items()}
    judged = [kind for kind in recall if len(hits[kind]) >= at_least]
    return {"recall": recall, "loses": min(judged, key=recall.get), "causes": causes}
