"""End with a chunk of no length.

task: chunk_document
score: 0
says: The last chunk is empty: flush only what has text.
"""

_chunks = chunk_document


def chunk_document(doc, kind, limit):
    return [*_chunks(doc, kind, limit), {"start": len(doc), "end": len(doc), "text": ""}]
