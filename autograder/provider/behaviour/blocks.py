"""The parts of a prompt's text: what stands under a heading, in a tag, behind a number or a fence.

A part is written in any of these ways, and the names are the ones in `NAMES`:

    <passage id="7">text</passage>        a tag, with or without an id
    Question: text                        a heading at the start of a line, to the next heading
    ## Question                           the same in Markdown
    [7] text                              a passage with its id, to the next one or a heading
    \"\"\"text\"\"\"                            a fence: the text to work on

A tag's name may have a suffix (`<data-4f1c>`), so that a delimiter can be random. A
question or a list of labels under a heading ends at an empty line, and so does
the last block before a closing order or question ("Reply with the label."). What
is left over is the prompt's own words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from autograder.provider.behaviour.dialects import plain
from autograder.provider.behaviour.memory import remembered

__all__ = ["NAMES", "Block", "Parts", "is_order", "parts"]


@dataclass(frozen=True)
class Block:
    """One part: its kind (a key of `NAMES`), its id or "", its text, and the tag that frames it."""

    kind: str
    id: str
    text: str
    frame: str = ""


@dataclass(frozen=True)
class Parts:
    """A text's blocks in order, and the words outside them."""

    blocks: tuple[Block, ...]
    rest: str

    def of(self, *kinds: str) -> tuple[Block, ...]:
        """Return the blocks of some kinds, in order."""
        return tuple(block for block in self.blocks if block.kind in kinds)


NAMES: dict[str, tuple[str, ...]] = {
    "passage": (
        "passage",
        "passages",
        "context",
        "doc",
        "docs",
        "document",
        "documents",
        "source",
        "sources",
        "chunk",
        "chunks",
        "background",
        "evidence",
        "excerpt",
        "excerpts",
        "snippet",
        "snippets",
        "facts",
        "knowledge base",
        "search results",
    ),
    "question": ("question", "q", "query", "user question"),
    "text": (
        "text",
        "input",
        "item",
        "message",
        "ticket",
        "alert",
        "email",
        "advisory",
        "report",
        "note",
        "article",
        "log",
        "request",
        "content",
        "data",
        "untrusted",
        "review",
        "comment",
        "post",
        "sentence",
        "paragraph",
    ),
    "claim": ("claim", "statement"),
    "output": (
        "output",
        "label",
        "category",
        "class",
        "route",
        "answer",
        "helpful answer",
        "final answer",
        "your answer",
        "student answer",
        "model answer",
        "assistant answer",
        "submission",
        "response",
        "a",
        "summary",
        "result",
        "verdict",
        "score",
    ),
    "labels": (
        "labels",
        "categories",
        "classes",
        "options",
        "routes",
        "queues",
        "teams",
        "destinations",
        "models",
        "allowed labels",
        "possible labels",
    ),
    "first": (
        "answer a",
        "response a",
        "assistant a",
        "candidate a",
        "answer 1",
        "response 1",
        "assistant 1",
        "candidate 1",
        "first answer",
        "first response",
        "model a",
        "option a",
        "output a",
        "summary a",
        "system a",
    ),
    "second": (
        "answer b",
        "response b",
        "assistant b",
        "candidate b",
        "answer 2",
        "response 2",
        "assistant 2",
        "candidate 2",
        "second answer",
        "second response",
        "model b",
        "option b",
        "output b",
        "summary b",
        "system b",
    ),
    "reference": ("reference", "reference answer", "gold", "gold answer", "expected answer"),
    "rubric": ("rubric", "criteria", "scale", "instructions", "task", "rules", "guidelines"),
    "fields": ("fields", "keys", "schema"),
    "example": ("example", "examples"),
}
_KIND = {name: kind for kind, names in NAMES.items() for name in names}
_SHORT = {"question", "labels", "fields"}  # under a heading these end at an empty line
_MANY = {
    "context", "passages", "documents", "sources", "chunks", "background", "evidence",
    "excerpts", "snippets", "facts", "knowledge base", "search results",
}  # fmt: skip
_LONGEST_FIRST = "|".join(
    re.escape(name).replace(r"\ ", r"[ _-]") for name in sorted(_KIND, key=len, reverse=True)
)
_HEADING = re.compile(
    rf"[ \t]*(?P<mark>\#{{1,4}}[ \t]*|\*\*)?(?P<name>{_LONGEST_FIRST})"
    r"(?:[ \t]+\[?(?P<id>[A-Za-z]|[\w.-]{0,40}\d[\w.-]{0,40})\]?)?"
    r"[ \t]*(?:\*\*)?(?P<colon>:)?[ \t]*(?:\*\*)?[ \t]*(?P<text>.*)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"[ \t]*\[(?P<id>\w[\w.:/-]{0,60})\]:?[ \t]+(?P<text>\S.*)")
_TAG = re.compile(
    rf"<(?P<name>(?P<base>{_LONGEST_FIRST})(?:[_-][\w-]+|\d+)?)"
    r"(?P<attributes>(?:\s[^<>]{0,200})?)>(?P<text>.*?)</(?P=name)\s*>",
    re.IGNORECASE | re.DOTALL,
)
_ID = re.compile(r"""(?:id|index|number|source|name)\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_FENCE = re.compile(r'("""|```|<<<)[a-z]*\n?(.*?)(?:\1|>>>)', re.DOTALL)
_ORDER = re.compile(
    r"\s*(?:(?:which|who|what|when|where|how|why|is|are|does|do|reply|answer|respond|choose|return"
    r"|output|give|label|classify|say|write|summari[sz]e|extract|rate|score|judge)\b"
    r"[^\n]{0,300}|[^\n]{1,300}\?)\s*$",
    re.IGNORECASE,
)
_GAP = re.compile(r"\n\s*\n")
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")


@remembered(4_096)
def parts(text: str) -> Parts:
    """Split a text into its blocks, tags and fences before headings, and the rest."""
    found: list[Block] = []
    left = text = plain(text)
    if "<" in text:
        found += (block for match in _TAG.finditer(left) for block in _tagged(match))
        left = _TAG.sub("\n", left)
    if '"""' in left or "```" in left or "<<<" in left:
        found += (
            Block("text", "", match[2].strip(), match[1])
            for match in _FENCE.finditer(left)
            if match[2].strip()
        )
        left = _FENCE.sub("\n", left)
    headed, rest = _lines(left)
    return Parts((*found, *headed), rest)


def is_order(paragraph: str) -> bool:
    """Say whether a paragraph orders or asks something, to judge by its first word or its end."""
    return _ORDER.match(paragraph) is not None


def _tagged(match: re.Match[str]) -> Iterator[Block]:
    name, inner = match["name"].lower(), match["text"].strip()
    kind = _KIND[re.sub("[_-]", " ", match["base"].lower())]
    known = _ID.search(match["attributes"])
    nested = parts(inner).blocks if kind in {"passage", "example", "text"} else ()
    if kind == "example" or any(block.frame for block in nested):
        yield from nested
    elif kind == "passage" and any(block.kind == "passage" for block in nested):
        yield from (replace(block, frame=name) for block in nested if block.kind == "passage")
    elif kind == "passage" and name in _MANY:
        yield from _paragraphs(inner, name)
    else:
        yield Block(kind, known[1] if known else "", inner, name)


def _lines(text: str) -> tuple[list[Block], str]:
    """Read headings and numbered passages, line by line."""
    rest: list[str] = []
    open_block, held = ("", "", ""), rest
    found: list[tuple[tuple[str, str, str], list[str]]] = []
    for line in text.split("\n"):
        opened = _opened(line, open_block[0])
        if opened is not None:
            open_block, held = opened[0], [opened[1]]
            found.append((open_block, held))
        elif open_block[0] in _SHORT and not line.strip() and any(part.strip() for part in held):
            open_block, held = ("", "", ""), rest
        else:
            held.append(line)
    if found:
        rest += _last_words(found[-1][1])
    blocks = [block for head, lines in found for block in _headed(head, "\n".join(lines).strip())]
    return blocks, _GAP.sub("\n\n", "\n".join(rest)).strip()


def _last_words(lines: list[str]) -> list[str]:
    """Take off the last block's last paragraph where it is the prompt's own order or question."""
    told = _EMPTY_LINE.split("\n".join(lines).rstrip())
    if len(told) < 2 or not is_order(told[-1]):
        return []
    lines[:] = ["\n\n".join(told[:-1])]
    return ["", told[-1]]


def _opened(line: str, within: str) -> tuple[tuple[str, str, str], str] | None:
    """Return the kind, id and name that a line opens, and its own text; None where it opens"
    " none."""
    numbered = _NUMBERED.match(line) if within in {"", "passage"} else None
    if numbered:
        return ("passage", numbered["id"], ""), numbered["text"]
    heading = _HEADING.match(line)
    if heading is None or not (heading["colon"] or (heading["mark"] and not heading["text"])):
        return None
    name = re.sub("[_-]", " ", heading["name"].lower())
    return (_KIND[name], heading["id"] or "", name), heading["text"]


def _headed(head: tuple[str, str, str], text: str) -> Iterator[Block]:
    kind, identity, name = head
    if kind == "passage" and not identity and name in _MANY:
        yield from _paragraphs(text, "")
    elif text or kind == "output":
        yield Block(kind, identity, text)


def _paragraphs(text: str, frame: str) -> Iterator[Block]:
    """Take the paragraphs of a context as its passages, numbered from 1."""
    told = [part.strip() for part in _EMPTY_LINE.split(text) if part.strip()]
    yield from (Block("passage", str(n), part, frame) for n, part in enumerate(told, 1))
