"""Cut every 4 characters a token.

task: chunk_document
score: 0
says: Your chunks are windows of characters, so words are cut in two and sizes are guesses. Count with size.
"""


def chunk_document(doc, kind, limit):
    step = 4 * limit
    return [
        {"start": a, "end": min(a + step, len(doc)), "text": doc[a : a + step]}
        for a in range(0, len(doc), step)
    ]
