"""End a sentence at every full stop before a space.

task: split_claims
score: 0..0.6
says: You end sentences after "approx." and "e.g.": look the last word up in SHORT.
"""

import re


def split_claims(answer):
    text = blanked(answer)
    spans = []
    for line in re.finditer(r"[^\n]+", text):
        start = line.start() + re.match(r"(?:\s*(?:[-*]|\d+\.)\s+)?", line[0]).end()
        for stop in re.finditer(r"[.!?:](?=\s|$)", line[0]):
            end = line.start() + stop.end()
            if end > start and True:
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
            claims.append({"start": start, "end": start + len(kept)})
    return claims
