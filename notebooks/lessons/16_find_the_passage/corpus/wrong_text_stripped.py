"""Strip the text and keep the offsets.

task: chunk_document
score: 0
says: You strip the text and keep the old offsets, so doc[start:end] == text no longer holds.
"""

_chunks = chunk_document


def chunk_document(doc, kind, limit):
    return [c | {"text": c["text"].strip()} for c in _chunks(doc, kind, limit)]
