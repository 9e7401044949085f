"""Keep the blank space between chunks as chunks of its own.

task: chunk_document
score: 0..0.2
says: A chunk of blank space is empty: it costs a row in the index and answers nothing.
"""

_chunks = chunk_document


def chunk_document(doc, kind, limit):
    made = []
    for c in _chunks(doc, kind, limit):
        gap = made[-1]["end"] if made else 0
        if gap < c["start"]:
            made.append({"start": gap, "end": c["start"], "text": doc[gap : c["start"]]})
        made.append(c)
    return made
