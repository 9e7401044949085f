"""Split at every line that begins with #, inside code too.

task: chunk_document
score: 0
says: You split at # inside fenced code, where it is a comment. Let blocks decide what a heading is.
"""

import re


def chunk_document(doc, kind, limit):
    starts = [m.start() for m in re.finditer(r"(?m)^#+ ", doc)]
    pieces = []
    for a, b in zip(starts, [*starts[1:], len(doc)], strict=True):
        if size(doc[a:b]) <= limit or "| code |" in doc[a:b]:
            pieces.append((a, b))
        else:
            pieces += cut(doc, a, b, limit)
    joined = []
    for a, b in pieces:
        if joined and "\n" not in doc[joined[-1][0] : joined[-1][1]].strip():
            joined[-1] = (joined[-1][0], b)
        else:
            joined.append((a, b))
    return [{"start": a, "end": b, "text": doc[a:b]} for a, b in joined]
