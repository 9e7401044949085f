"""Return every unit as a chunk and never join neighbours.

task: chunk_document
score: 0..0.8
says: You never join small neighbours, so there are far more chunks than needed: pack them.
"""

_chunks = chunk_document


def pack(doc, spans, limit):
    return spans


def chunk_document(doc, kind, limit):
    return _chunks(doc, kind, limit)
