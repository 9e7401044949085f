"""Put the marks into a frame and join.

task: check_citations
"""

import bisect
import re

import pandas as pd


def check_citations(answer, claims, documents, readings):
    known = pd.DataFrame(
        [(p, d["id"]) for d in documents for p in d["passages"]], columns=["p", "d"]
    )
    home = known.set_index("p")["d"].to_dict()
    gone = set(pd.DataFrame(documents)["replaces"]) - {""}
    ends = [end for _, end in claims]
    marks = [
        (m[1], bisect.bisect_right(ends, m.start()) - 1) for m in re.finditer(r"\[(.+?)\]", answer)
    ]

    def verdict(passage, claim):
        if passage not in home:
            return "dangling"
        return "superseded" if home[passage] in gone else readings[claim].get(passage, "silent")

    rows = [{"passage": p, "claim": c, "verdict": verdict(p, c)} for p, c in marks]
    good = [row["verdict"] == "supports" for row in rows]
    backed = [
        any(g and r["claim"] == i for g, r in zip(good, rows, strict=True))
        for i in range(len(claims))
    ]
    return {
        "citations": rows,
        "precision": float(pd.Series(good).mean()) if rows else None,
        "recall": float(pd.Series(backed).mean()) if claims else None,
    }
