"""Chain generators of (start, piece), each cutting what the one before yields.

task: split_claims
"""

import re
from itertools import pairwise


def lines(text):
    at = 0
    for line in text.split("\n"):
        mark = re.match(r"\s*(?:[-*]|\d+\.)\s+", line)
        skip = mark.end() if mark else 0
        yield at + skip, line[skip:]
        at += len(line) + 1


def sentences(pieces):
    for at, line in pieces:
        begun = 0
        for word in re.finditer(r"\S+", line):
            if word[0][-1] in ".!?:" and word[0].lower() not in SHORT:
                yield at + begun, line[begun : word.end()]
                begun = word.end()
        yield at + begun, line[begun:]


def cut(pieces, joint):
    for at, piece in pieces:
        ends = [*re.finditer(joint, piece), None]
        begun = 0
        for this, following in pairwise(ends):
            after = piece[this.end() : following.start() if following else len(piece)]
            if has_verb(piece[begun : this.start()]) and has_verb(after):
                yield at + begun, piece[begun : this.start()]
                begun = this.end()
        yield at + begun, piece[begun:]


def split_claims(answer):
    pieces = sentences(lines(blanked(answer)))
    for joint in (";", r"\s*, (?:and|but|while|whereas) ", r" and (?!a half)"):
        pieces = cut(pieces, joint)
    found = []
    for at, piece in pieces:
        body = re.search(r"\S.*?(?=[\s.,;:!]*$)", piece)
        aside = piece.strip().lower().startswith(ASIDES)
        if body and has_verb(piece) and not aside and piece.strip()[-1] != "?":
            found.append({"start": at + body.start(), "end": at + body.end()})
    return found
