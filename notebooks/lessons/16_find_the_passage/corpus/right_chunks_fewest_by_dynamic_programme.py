"""Choose the fewest chunks with a dynamic programme instead of packing greedily.

task: chunk_document
"""

import re
from typing import Any


def chunk_document(doc: str, kind: str, limit: int) -> list[dict[str, Any]]:
    whole: list[list[Any]] = []
    lead, step = False, False
    for what, a, b in blocks(doc):
        numbered = what == "text" and re.match(r"\d+\. ", doc[a:b])
        new = {
            "advisory": what == "heading",
            "runbook": what == "heading" or numbered or not step,
            "reference": True,
        }[kind]
        if whole and (lead or not new):
            whole[-1].append((what, a, b))
        else:
            whole.append([(what, a, b)])
        lead = what in ("heading", "caption")
        step = bool(numbered) or (step and what != "heading")
    pieces: list[tuple[int, int]] = []
    for unit in whole:
        if size(doc[unit[0][1] : unit[-1][2]]) <= limit:
            pieces.append((unit[0][1], unit[-1][2]))
            continue
        start = unit[0][1]
        for what, _, b in unit:
            if what in ("heading", "caption"):
                continue
            fits = what in ("code", "table") or size(doc[start:b]) <= limit
            pieces += [(start, b)] if fits else cut(doc, start, b, limit)
            start = b
    best = [(0, 0)] + [(10**9, 0)] * len(pieces)
    for j in range(1, len(pieces) + 1):
        for i in range(j - 1, -1, -1):
            if i < j - 1 and size(doc[pieces[i][0] : pieces[j - 1][1]]) > limit:
                break
            best[j] = min(best[j], (best[i][0] + 1, i))
    chunks, j = [], len(pieces)
    while j:
        i = best[j][1]
        a, b = pieces[i][0], pieces[j - 1][1]
        chunks.append({"start": a, "end": b, "text": doc[a:b]})
        j = i
    return chunks[::-1]
