"""Keep every piece with a verb.

task: split_claims
score: 0.3..0.6
says: You keep questions and asides such as "Let me know": nobody can find them in a document.
"""

import re


def split_claims(answer):
    text = blanked(answer)
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start() + re.match(r"(?:\s*(?:[-*]|\d+\.)\s+)?", line[0]).end()
        for stop in re.finditer(r"[.!?:](?=\s|$)", line[0]):
            end = line.start() + stop.end()
            if end > start and text[start:end].split()[-1].lower() not in SHORT:
                spans.append((start, end))
                start = end
        spans.append((start, line.end()))
    for joint in (";", r"\s*, (?:and|but|while|whereas) ", " and (?!a half)"):
        spans = cut_at(text, spans, joint)
    claims = []
    for start, end in spans:
        piece = text[start:end].strip()
        start += len(text[start:end]) - len(text[start:end].lstrip())
        kept = piece.rstrip(" .,;:!")
        if has_verb(kept):
            claims.append({"start": start, "end": start + len(kept)})
    return claims
