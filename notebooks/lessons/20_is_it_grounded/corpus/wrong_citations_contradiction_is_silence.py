"""Call everything that does not support silent.

task: check_citations
score: 0.5..0.7
says: You call a contradiction silence. A passage that gives another value is worse than one that gives none, and somebody should hear of it.
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
            verdict = "supports" if readings[claim].get(passage) == "supports" else "silent"
        if verdict == "supports":
            held.add(claim)
        found.append({"passage": passage, "claim": claim, "verdict": verdict})
    good = sum(c["verdict"] == "supports" for c in found)
    return {
        "citations": found,
        "precision": good / len(found) if found else None,
        "recall": len(held) / len(claims) if claims else None,
    }
