"""Cut at every joint, verb or not.

task: split_claims
score: 0.6
says: You cut "ports 1 and 2" in two: a piece without a verb claims nothing alone. Cut only where both sides hold one.
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
        made = []
        for start, end in spans:
            pattern = re.compile(joint)
            for m in pattern.finditer(text, start, end):
                made.append((start, m.start()))
                start = m.end()
            made.append((start, end))
        spans = made
    claims = []
    for start, end in spans:
        piece = text[start:end].strip()
        start += len(text[start:end]) - len(text[start:end].lstrip())
        kept = piece.rstrip(" .,;:!")
        if has_verb(kept) and not piece.endswith("?") and not piece.lower().startswith(ASIDES):
            claims.append({"start": start, "end": start + len(kept)})
    return claims
