"""Call a miss vocabulary when the answer is not ranked at all.

task: explain_failures
score: 0.3..0.9
says: An answer that is absent from a cut ranking may still share terms, and a ranked one may share none: compare the texts.
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
        no_words = q["gold"] not in q["ranked"]
        is_stale = q["gold"] in current[:k]
        cause = "vocabulary" if no_words else "stale" if is_stale else "crowded"
        causes[cause].append(q["id"])
    recall = {kind: sum(found) / len(found) for kind, found in hits.items()}
    judged = [kind for kind in recall if len(hits[kind]) >= at_least]
    return {"recall": recall, "loses": min(judged, key=recall.get), "causes": causes}
