"""Return pairs of offsets instead of records.

task: chunk_document
score: 0
says: A chunk is a dict with start, end and text; you return pairs.
"""

_chunks = chunk_document


def chunk_document(doc, kind, limit):
    return [[c["start"], c["end"]] for c in _chunks(doc, kind, limit)]
