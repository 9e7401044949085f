"""Take the highest revision of each number to be in force.

task: check_citations
score: 0.7
says: You go by the revision's number. Which document holds is what `replaces` says: a document of another number can put it out of force.
"""


def check_citations(answer, claims, documents, readings):
    home = {passage: d["id"] for d in documents for passage in d["passages"]}
    latest = {}
    for number, revision in (d["id"].rsplit(".r", 1) for d in documents):
        latest[number] = max(latest.get(number, 0), int(revision))
    found, held = [], set()
    for mark in CITATION.finditer(answer):
        passage = mark[0][1:-1]
        claim = sum(end <= mark.start() for _, end in claims) - 1
        if passage not in home:
            verdict = "dangling"
        elif int(home[passage].rsplit(".r", 1)[1]) < latest[home[passage].rsplit(".r", 1)[0]]:
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
