"""Drop headings from the chunks.

task: chunk_document
score: 0
says: The headings are in no chunk. They are the words that questions use most.
"""

_chunks = chunk_document


def chunk_document(doc, kind, limit):
    made = []
    for c in _chunks(doc, kind, limit):
        start = c["start"]
        while doc.startswith("#", start):
            start = doc.index("\n", start) + 1
            while doc[start] == "\n":
                start += 1
        made.append({"start": start, "end": c["end"], "text": doc[start : c["end"]]})
    return made
