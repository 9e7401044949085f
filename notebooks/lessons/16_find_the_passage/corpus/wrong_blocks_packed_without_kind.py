"""Pack blocks by size and ignore the kind.

task: chunk_document
score: 0
says: You pack blocks by size alone, so a step loses its command, or a section its heading. Build units by kind first.
"""


def chunk_document(doc, kind, limit):
    pieces = []
    for what, a, b in blocks(doc):
        whole = what in ("code", "table") or size(doc[a:b]) <= limit
        pieces += [(a, b)] if whole else cut(doc, a, b, limit)
    return [{"start": a, "end": b, "text": doc[a:b]} for a, b in pack(doc, pieces, limit)]
