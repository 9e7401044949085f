"""The labels or routes among which a prompt lets a model choose, wherever it names them.

They stand under a heading (`Labels:`), in the prompt's own words ("one of: a, b",
"into these queues: a, b"), or as bullets below such words. Where a prompt would
otherwise be nothing at all, looser wordings count as well: "(low, medium, high)"
behind a word such as severity, "the sentiment: good, bad or mixed", "is it spam
or ham", and the labels that the examples carry.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

__all__ = ["Label", "listed", "loosely_named", "named", "shown"]


@dataclass(frozen=True)
class Label:
    """One label or route that may be chosen, with its description or ""."""

    name: str
    describes: str = ""


_LONGEST = 40
_NOUNS = r"(?:labels|categories|classes|options|routes|queues|teams)"
_TAIL = (
    rf"(?:\s{{1,4}}(?:these|the following|the|{_NOUNS})){{0,4}}"
    r"\s{0,4}:?\s{1,4}(?P<list>[\w\"'`][^.\n:]{0,600})"
)
_LISTS = tuple(
    re.compile(rf"\b{start}{_TAIL}", re.IGNORECASE)
    for start in (
        r"(?:(?:exactly |only )?one of|either)",
        rf"{_NOUNS}(?: are\b|(?=\s*:))",
        r"(?:classify|categori[sz]e|label|route|triage|sort|assign)\b[^.\n:]{0,120}?"
        r"\b(?:as|into|to|in)(?! one of)",
    )
)
_BULLETS = re.compile(
    rf"\b(?:one of|{_NOUNS})\b[^\n]{{0,120}}:[ \t]{{0,4}}\n{{1,3}}"
    r"(?P<list>(?:[ \t]{0,8}(?:[-*•]|\d+[.)])[ \t]{1,4}\S[^\n]{0,200}\n?){2,60})",
    re.IGNORECASE,
)
_CHOSEN = (
    r"\b(?:classif\w+|categor\w+|label|class|rout\w+|team|queue|severity|priority|urgency|sentiment"
    r"|topic|type|intent|risk|pick|choose|decide|determine|which)\b"
)
_CHOICE = r"[^.\n:?]{1,80}?"
_LOOSE = (
    re.compile(
        rf"{_CHOSEN}[^.\n()]{{0,120}}\((?:e\.g\. )?(?P<list>[^()\n]{{3,160}})\)", re.IGNORECASE
    ),
    re.compile(
        rf"{_CHOSEN}[^.\n:?]{{0,120}}:\s{{0,4}}(?P<list>{_CHOICE}(?:\bor\b|[/|]){_CHOICE})(?=[.\n:?])",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:whether|decide|determine|is (?:this|the|it)|which)\b[^.\n?:]{0,120}?"
        r"(?P<list>[\w-]{1,30},? or (?:not )?[\w-]{1,30})[ \t]{0,4}[.?:\n]",
        re.IGNORECASE,
    ),
)
_BETWEEN = re.compile(r"\s*(?:,\s*(?:and|or)?|/|\||;|\bor\b|\band\b)\s+|\s*[/|]\s*")
_ITEM = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s*")
_BEHIND = re.compile(r"\s+(?:to|for|from) (?:the|this|that|each|every)\b[^()]*$", re.IGNORECASE)
_INNER = re.compile(r"\(([^()]{0,400})\)?")


def named(words: str) -> tuple[Label, ...]:
    """Return the labels that a prompt's own words list, in their order; () for none."""
    for match in _BULLETS.finditer(words):
        if len(found := listed(match["list"].strip())) > 1:
            return found
    return _first(match["list"] for pattern in _LISTS for match in pattern.finditer(words))


def loosely_named(words: str) -> tuple[Label, ...]:
    """Return the labels of looser wordings, of at most three words each; () for none."""
    told = words + "\n"
    found = _first(match["list"] for pattern in _LOOSE for match in pattern.finditer(told))
    return found if all(len(label.name.split()) <= 3 for label in found) else ()


def shown(wanted: Iterable[str]) -> tuple[Label, ...]:
    """Return the different labels of the examples, if all are short; () where one is not."""
    names = tuple(dict.fromkeys(wanted))
    short = all(len(name) <= _LONGEST and len(name.split()) <= 3 for name in names)
    return tuple(Label(name) for name in names) if short and len(names) > 1 else ()


@lru_cache(maxsize=512)
def listed(text: str) -> tuple[Label, ...]:
    """Read a list of labels: a line each, with or without descriptions, or one line of names."""
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1:
        return tuple(_label(_ITEM.sub("", line)) for line in lines)
    names = (part.strip().strip("\"'`*.()[] ") for part in _BETWEEN.split(text))
    return tuple(Label(name) for name in names if name)


def _first(lists: Iterable[str]) -> tuple[Label, ...]:
    for told in (_BEHIND.sub("", one) for one in lists):
        inner = _INNER.search(told)
        for text in (inner[1] if inner else "", told):
            found = listed(text)
            if len(found) > 1 and all(len(label.name) <= _LONGEST for label in found):
                return found
    return ()


def _label(line: str) -> Label:
    name, _, describes = line.partition(":")
    if not describes:
        name, _, describes = line.partition(" - ")
    return Label(name.strip().strip("\"'`*"), describes.strip())
