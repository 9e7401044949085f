"""Rewrite common ways of laying out a prompt into the parts that `blocks` knows.

`plain` takes what can mean only one thing: the brackets of MT-Bench's judge
prompts (Zheng et al., 2023) and a pair of answers headed `A:` and `B:`. `loose`
takes what is guessed, and is asked only where a prompt would be nothing else:
the paragraphs below "Use the following context", and numbered lines, before a
question.
"""

from __future__ import annotations

import re

from autograder.provider.behaviour.memory import remembered

__all__ = ["loose", "plain"]

_BRACKETED = re.compile(
    r"\[(?:The )?Start of (?:Assistant |Answer |Response )?(?P<who>[AB12])\b[^\]\n]*\]"
    r"(?P<text>.*?)\[(?:The )?End of (?:Assistant |Answer |Response )?(?P=who)\b[^\]\n]*\]",
    re.IGNORECASE | re.DOTALL,
)
_STARTS = re.compile(r"\[(?:The )?Start of ", re.IGNORECASE)
_ASKED = re.compile(r"^\[(?:User )?Question\][ \t]*\n*", re.IGNORECASE | re.MULTILINE)
_LETTER = re.compile(r"^([A-Z]):(?=[ \t]*\S|[ \t]*\n)", re.MULTILINE)
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_GIVES = re.compile(
    r"\b(?:context|passages?|documents?|sources?|excerpts?|snippets?|facts|knowledge base"
    r"|(?:following|this) (?:information|text|article|notes?))\b",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"(?:question|q|query)\s*:", re.IGNORECASE)
_NUMBER = re.compile(r"^[ \t]*(?:\((\w{1,3})\)|(\d{1,3})[.)])[ \t]+(?=\S)", re.MULTILINE)


def plain(text: str) -> str:
    """Return a text with the layouts that can mean only one thing in the known form."""
    if len(_STARTS.findall(text)) == 2:
        text = _ASKED.sub("Question: ", _BRACKETED.sub(_tagged, text))
    if "A:" in text and "B:" in text and _LETTER.findall(text) == ["A", "B"]:
        text = _LETTER.sub(r"Answer \1:", text)
    return text


def _tagged(match: re.Match[str]) -> str:
    name = f"answer_{match['who'].lower()}"
    return f"<{name}>{match['text'].strip()}</{name}>"


@remembered(512)
def loose(text: str) -> str:
    """Return a text whose passages have no heading with one; unchanged where none is guessed."""
    told = [part.strip() for part in _EMPTY_LINE.split(text) if part.strip()]
    asked = next((n for n in range(len(told) - 1, -1, -1) if _asks(told[n])), len(told))
    if asked and len(_NUMBER.findall("\n".join(told[:asked]))) > 1:
        given = [_NUMBER.sub(lambda m: f"[{m[1] or m[2]}] ", part) for part in told[:asked]]
        return "\n\n".join([*given, *_question(told[asked:])])
    start = next((n for n, part in enumerate(told[:asked]) if _GIVES.search(part)), asked) + 1
    if start >= asked or (asked == len(told) and not told[start - 1].endswith(":")):
        return text
    given = ["Context:\n" + told[start], *told[start + 1 : asked]]
    return "\n\n".join([*told[:start], *given, *_question(told[asked:])])


def _asks(paragraph: str) -> bool:
    return paragraph.endswith("?") or _QUESTION.match(paragraph) is not None


def _question(told: list[str]) -> list[str]:
    """Put the heading before the question where it has none."""
    if not told or _QUESTION.match(told[0]):
        return told
    return [f"Question: {told[0]}", *told[1:]]
