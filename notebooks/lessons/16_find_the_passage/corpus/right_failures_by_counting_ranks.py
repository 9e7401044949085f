"""Count live and deprecated passages above the gold one.

task: explain_failures
"""


def explain_failures(asked, passages, k, at_least):
    total, found = {}, {}
    causes = {"vocabulary": [], "stale": [], "crowded": []}
    for q in asked:
        kind, gold, ranked = q["kind"], q["gold"], q["ranked"]
        total[kind] = total.get(kind, 0) + 1
        found.setdefault(kind, 0)
        above = ranked[: ranked.index(gold)] if gold in ranked else None
        live = None if above is None else sum(not passages[n]["deprecated"] for n in above)
        words = set(terms(q["text"]))
        if above is not None and len(above) < k:
            found[kind] += 1
        elif not any(t in words for t in terms(passages[gold]["text"])):
            causes["vocabulary"].append(q["id"])
        elif live is not None and live < k:
            causes["stale"].append(q["id"])
        else:
            causes["crowded"].append(q["id"])
    recall = {kind: found[kind] / total[kind] for kind in total}
    _, loses = min((recall[kind], kind) for kind in total if total[kind] >= at_least)
    return {"recall": recall, "loses": loses, "causes": causes}
