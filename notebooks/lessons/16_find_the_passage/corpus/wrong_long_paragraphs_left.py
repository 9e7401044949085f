"""Leave a paragraph that is too long as it is.

task: chunk_document
score: 0.6..0.8
says: A paragraph is longer than the limit and you leave it whole; only tables and code may be.
"""


def cut(doc, start, end, limit):
    return [(start, end)]


_chunks = chunk_document


def chunk_document(doc, kind, limit):
    return _chunks(doc, kind, limit)
