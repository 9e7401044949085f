"""Return the texts and no offsets.

task: chunk_document
score: 0
says: Your chunks have no offsets, so nobody can say where an answer comes from.
"""

_chunks = chunk_document


def chunk_document(doc, kind, limit):
    return [{"text": c["text"]} for c in _chunks(doc, kind, limit)]
