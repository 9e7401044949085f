"""Cut a table that is too long between its rows.

task: chunk_document
score: 0.2..0.6
says: A table that exceeds the limit is cut between rows: rows without their header are values without names.
"""

_chunks = chunk_document


def chunk_document(doc, kind, limit):
    made = []
    for c in _chunks(doc, kind, limit):
        if size(c["text"]) <= limit:
            made.append(c)
        else:
            middle = doc.index("\n", (c["start"] + c["end"]) // 2) + 1
            for a, b in ((c["start"], middle), (middle, c["end"])):
                made.append({"start": a, "end": b, "text": doc[a:b]})
    return made
