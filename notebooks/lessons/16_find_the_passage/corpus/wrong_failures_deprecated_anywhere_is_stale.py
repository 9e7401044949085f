"""Call a miss stale when the first k hold anything deprecated.

task: explain_failures
score: 0.3..0.7
says: A deprecated passage among the first k does not explain a miss: would the answer be found without it?
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
        is_stale = any(passages[n]["deprecated"] for n in q["ranked"][:k])
        cause = "vocabulary" if no_words else "stale" if is_stale else "crowded"
        causes[cause].append(q["id"])
    recall = {kind: sum(found) / len(found) for kind, found in hits.items()}
    judged = [kind for kind in recall if len(hits[kind]) >= at_least]
    return {"recall": recall, "loses": min(judged, key=recall.get), "causes": causes}
