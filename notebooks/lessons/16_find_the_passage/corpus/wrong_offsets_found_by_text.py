"""Look each chunk's text up with find.

task: chunk_document
score: 0
says: You find offsets with doc.find, which returns the first place of a text that occurs twice. Carry the offsets along.
"""

_chunks = chunk_document


def chunk_document(doc, kind, limit):
    made = []
    for start, end in pack(doc, [(c["start"], c["end"]) for c in _chunks(doc, kind, limit)], 0):
        for _, a, b in [x for x in blocks(doc) if start <= x[1] < end] or [("", start, end)]:
            at = doc.find(doc[a:b])
            made.append([at, at + b - a])
    return [{"start": a, "end": b, "text": doc[a:b]} for a, b in made]
