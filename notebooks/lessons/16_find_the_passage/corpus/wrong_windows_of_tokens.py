"""Cut every n tokens, whatever stands there.

task: chunk_document
score: 0
says: Your chunks are windows of a fixed number of tokens: they cut tables and commands in two. Start from blocks, then pack.
"""


def chunk_document(doc, kind, limit):
    return [{"start": a, "end": b, "text": doc[a:b]} for a, b in window(doc, limit)]
