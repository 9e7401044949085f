"""Let every chunk begin half way into the one before.

task: chunk_document
score: 0
says: Your chunks overlap: the same tokens are stored, embedded and counted twice.
"""

import itertools


def chunk_document(doc, kind, limit):
    halves = window(doc, limit // 2)
    return [
        {"start": a, "end": b, "text": doc[a:b]} for (a, _), (_, b) in itertools.pairwise(halves)
    ]
