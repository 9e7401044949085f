"""Return the whole document.

task: chunk_document
score: 0
says: One chunk a document keeps everything together and fits no limit: the reader pays for all of it.
"""


def chunk_document(doc, kind, limit):
    return [{"start": 0, "end": len(doc), "text": doc}]
