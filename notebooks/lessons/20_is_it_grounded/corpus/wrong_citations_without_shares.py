"""Return the verdicts alone.

task: check_citations
score: 0
says: precision and recall are missing: a list of verdicts is no measure.
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
        found.append({"passage": passage, "claim": claim, "verdict": verdict})
    good = sum(c["verdict"] == "supports" for c in found)
    return {
        "citations": found,
    }
