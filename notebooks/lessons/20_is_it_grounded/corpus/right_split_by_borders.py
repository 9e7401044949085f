"""Collect the borders first, then read the claims off between them.

task: split_claims
"""

import re
from itertools import pairwise


def split_claims(answer):
    text = blanked(answer)
    borders = {(0, 0), (len(text), len(text))}
    for line in re.finditer(r"(?m)^(\s*(?:[-*]|\d+\.)\s+)?[^\n]*(\n|$)", text):
        borders |= {line.span(2), line.span(1) if line[1] else (line.start(), line.start())}
    for stop in re.finditer(r"\S*[.!?:](?=\s|$)", text):
        if (stop[0].lower() not in SHORT and not re.fullmatch(r"\d+\.", stop[0])) or (
            re.fullmatch(r"\d+\.", stop[0]) and not re.search(r"(?:^|\n)\s*$", text[: stop.start()])
        ):
            borders.add((stop.end(), stop.end()))
    for joint in (r";", r"\s*, (?:and|but|while|whereas) ", r" and (?!a half)"):
        spans = sorted(borders)
        pieces = [(a[1], b[0]) for a, b in pairwise(spans) if a[1] < b[0]]
        cuts = cut_at(text, pieces, joint)
        borders |= {(a[1], b[0]) for a, b in pairwise(cuts) if a[1] <= b[0]}
    spans = sorted(borders)
    found = []
    for (_, start), (end, _) in pairwise(spans):
        piece = text[start:end]
        kept = piece.strip().rstrip(" .,;:!")
        if has_verb(kept) and "?" not in piece and not kept.lower().startswith(ASIDES):
            start += piece.index(kept)
            found.append({"start": start, "end": start + len(kept)})
    return found
