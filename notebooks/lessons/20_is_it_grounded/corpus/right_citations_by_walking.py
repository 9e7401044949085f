"""Walk marks and claims together with two pointers.

task: check_citations
"""

import re


def check_citations(answer, claims, documents, readings):
    ids = {d["id"]: set(d["passages"]) for d in documents}
    old = [d["replaces"] for d in documents if d["replaces"]]
    rows, at = [], -1
    for mark in re.finditer(r"\[([^\]]*)\]", answer):
        while at + 1 < len(claims) and claims[at + 1][1] <= mark.start():
            at += 1
        name = mark.group(1)
        owner = next((d for d, held in ids.items() if name in held), None)
        if owner is None:
            says = "dangling"
        else:
            says = "superseded" if owner in old else readings[at].get(name, "silent")
        rows.append({"passage": name, "claim": at, "verdict": says})
    good = [row for row in rows if row["verdict"] == "supports"]
    backed = {row["claim"] for row in good}
    precision = len(good) / len(rows) if rows else None
    recall = len(backed) / len(claims) if claims else None
    return {"citations": rows, "precision": precision, "recall": recall}
