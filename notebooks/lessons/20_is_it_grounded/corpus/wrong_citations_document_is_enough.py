"""Let a citation resolve when its document exists.

task: check_citations
score: 0.2..0.8
says: You let a citation resolve because its document exists. The passage must.
"""


def check_citations(answer, claims, documents, readings):
    home = {passage: d["id"] for d in documents for passage in d["passages"]}
    replaced = {d["replaces"] for d in documents}
    found, held = [], set()
    for mark in CITATION.finditer(answer):
        passage = mark[0][1:-1]
        claim = sum(end <= mark.start() for _, end in claims) - 1
        owner = passage.split("#")[0]
        home = home | ({passage: owner} if owner in home.values() else {})
        if passage not in home:
            verdict = "dangling"
        elif home[passage] in replaced:
            verdict = "superseded"
        else:
            verdict = readings[claim].get(passage, "silent")
        if verdict == "supports":
            held.add(claim)
        found.append({"passage": passage, "claim": claim, "verdict": verdict})
    good = sum(c["verdict"] == "supports" for c in found)
    return {
        "citations": found,
        "precision": good / len(found) if found else None,
        "recall": len(held) / len(claims) if claims else None,
    }
