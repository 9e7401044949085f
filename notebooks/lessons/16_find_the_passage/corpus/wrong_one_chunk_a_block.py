"""Return every block as a chunk.

task: chunk_document
score: 0
says: One block a chunk leaves headings and captions alone: join them with what follows, and pack neighbours.
"""


def chunk_document(doc, kind, limit):
    return [{"start": a, "end": b, "text": doc[a:b]} for _, a, b in blocks(doc)]
