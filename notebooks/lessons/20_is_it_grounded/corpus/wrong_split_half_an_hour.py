"""Cut at the `and` of "an hour and a half".

task: split_claims
score: 0.9
says: You cut "an hour and a half" in two where a verb follows: that "and" joins no claims.
"""


def split_claims(answer: str) -> list[dict[str, int]]:
    """Return the span of every claim of an answer (about 20 lines with cut_at)."""
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
    for joint in (";", r"\s*, (?:and|but|while|whereas) ", " and "):
        spans = cut_at(text, spans, joint)
    claims = []
    for start, end in spans:
        piece = text[start:end].strip()
        start += len(text[start:end]) - len(text[start:end].lstrip())
        kept = piece.rstrip(" .,;:!")
        if has_verb(kept) and not piece.endswith("?") and not piece.lower().startswith(ASIDES):
            claims.append({"start": start, "end": start + len(kept)})
    return claims
