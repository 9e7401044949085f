"""Search the answer for the text of each claim.

task: split_claims
score: 0.6..0.7
says: You look for the claim's words in the answer and find their first place. They may stand twice: carry the offsets along.
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
        if has_verb(kept) and not piece.endswith("?") and not piece.lower().startswith(ASIDES):
            claims.append({"start": answer.index(kept), "end": answer.index(kept) + len(kept)})
    return claims
