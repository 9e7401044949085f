"""Return every word as a chunk.

task: chunk_document
score: 0
says: Chunks of one word obey the limit and carry no meaning; there is a bound on their number.
"""

import re


def chunk_document(doc, kind, limit):
    return [{"start": m.start(), "end": m.end(), "text": m[0]} for m in re.finditer(r"\S+", doc)]
