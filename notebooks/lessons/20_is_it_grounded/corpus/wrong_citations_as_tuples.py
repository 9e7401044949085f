"""Return each citation as a tuple.

task: check_citations
score: 0.2
says: A citation is a dict with passage, claim and verdict, so that nobody has to count positions.
"""


def check_citations(answer, claims, documents, readings):
    home = {passage: d["id"] for d in documents for passage in d["passages"]}
    replaced = {d["replaces"] for d in documents}
    found, held = [], set()
    for mark in CITATION.finditer(answer):
        passage = mark[0][1:-1]
        claim = sum(end <= mark.start() for _, end in claims) - 1
        if passage not in home:
            verdict = "dangling"
        elif home[passage] in replaced:
            verdict = "superseded"
        else:
            verdict = readings[claim].get(passage, "silent")
        if verdict == "supports":
            held.add(claim)
        found.append((passage, claim, verdict))
    good = sum(c[2] == "supports" for c in found)
    return {
        "citations": found,
        "precision": good / len(found) if found else None,
        "recall": len(held) / len(claims) if claims else None,
    }
