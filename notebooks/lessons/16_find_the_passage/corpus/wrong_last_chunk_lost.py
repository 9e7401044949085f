"""Forget the last chunk.

task: chunk_document
score: 0
says: The end of the document is in no chunk: the last group is never flushed.
"""

_chunks = chunk_document


def chunk_document(doc, kind, limit):
    return _chunks(doc, kind, limit)[:-1]
