"""Read what a Markdown cell says: its headings, words and links, each with its line."""

from __future__ import annotations

import re
from dataclasses import dataclass

__all__ = ["Heading", "Link", "headings", "links", "plain_words"]

_FENCE = re.compile(r"^\s*(```|~~~)")
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*\s*$")
_LINK = re.compile(r"!?\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
_HTML_LINK = re.compile(r"<(?:a|img)\b[^>]*?\b(?:href|src)=[\"']([^\"']+)[\"']", re.IGNORECASE)
_CODE_SPAN = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_TAG = re.compile(r"<[^>]+>")
_TARGET = re.compile(r"\]\([^)]*\)")
_WORD = re.compile(r"\w[\w'’.,/-]*")


@dataclass(frozen=True)
class Heading:
    """One ATX heading; `offset` is its line in the cell, counted from 0."""

    level: int
    text: str
    offset: int


@dataclass(frozen=True)
class Link:
    """One link's or picture's target; `offset` is its line in the cell, counted from 0."""

    target: str
    offset: int


def headings(source: str) -> list[Heading]:
    """List a cell's headings, leaving out what stands in a code fence."""
    found = ((offset, _HEADING.match(line)) for offset, line in _prose(source))
    return [Heading(len(m[1]), m[2], offset) for offset, m in found if m]


def links(source: str) -> list[Link]:
    """List the targets of links and pictures, leaving out code."""
    found = []
    for offset, line in _prose(source):
        text = _CODE_SPAN.sub("", line)
        found += [Link(m[1], offset) for m in _LINK.finditer(text)]
        found += [Link(m[1], offset) for m in _HTML_LINK.finditer(text)]
    return found


def plain_words(source: str) -> int:
    """Count the words a reader reads: no tags, link targets, table rules or fenced code."""
    text = "\n".join(line for _, line in _prose(source))
    return len(_WORD.findall(_TAG.sub(" ", _TARGET.sub("]", text))))


def _prose(source: str) -> list[tuple[int, str]]:
    kept, fenced = [], False
    for offset, line in enumerate(source.splitlines()):
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            kept.append((offset, line))
    return kept
