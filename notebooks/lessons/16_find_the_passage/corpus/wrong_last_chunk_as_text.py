"""Append the last chunk as plain text.

task: chunk_document
score: 0
says: The last chunk is a string; every chunk is a dict with start, end and text.
"""

_chunks = chunk_document


def chunk_document(doc, kind, limit):
    *first, last = _chunks(doc, kind, limit)
    return [*first, last["text"]]
