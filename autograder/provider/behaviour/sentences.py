"""Words, stems and sentences of a text, each read once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock

import snowballstemmer

from autograder.provider.behaviour.memory import remembered

__all__ = ["content_stems", "overlap", "sentences", "stems", "words"]

_EMPTY_WORDS = """
a about after all also an and any are as at be been before being but by can could did do does for
from get had has have he her his how i if in into is it its long many may me might more most much
must my no not of on one only or our out shall she should so some such than that the their them
then there these they this those to under up us was we were what when where which while who whom
why will with would you your
"""
_WORD = re.compile(r"[^\W_]+(?:[.'-][^\W_]+)*")
# A sentence ends at . ! or ? before a space and a capital, digit or quote, or at a line's end.
_BORDER = re.compile(r"(?<=[.!?])\s+(?=[\"'(\[]?[A-ZÄÖÜ0-9])|\n+")
_STEMMER = snowballstemmer.stemmer("english")
_EMPTY = frozenset(_EMPTY_WORDS.split())
# A Snowball stemmer keeps the word it works on in itself.
_STEMMING = Lock()


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    with _STEMMING:
        return str(_STEMMER.stemWord(word))


@remembered(8_192, 2_000)
def words(text: str) -> tuple[str, ...]:
    """Return a text's words in order and in lower case; `CVE-2026-1` and `1.2.3` are one each."""
    return tuple(_WORD.findall(text.lower()))


@remembered(8_192, 2_000)
def stems(text: str) -> frozenset[str]:
    """Return the stems of all words."""
    return frozenset(_stem(word) for word in words(text))


@remembered(8_192, 2_000)
def content_stems(text: str) -> frozenset[str]:
    """Return the stems of the words that carry meaning, parts of `snake_case` names included."""
    spaced = text.replace("_", " ")
    return frozenset(_stem(word) for word in words(spaced) if word not in _EMPTY)


@remembered(4_096)
def sentences(text: str) -> tuple[str, ...]:
    """Split a text into sentences; a line of a list or a table is one."""
    parts = (part.strip() for part in _BORDER.split(text))
    return tuple(part for part in parts if _WORD.search(part))


def overlap(wanted: Iterable[str], given: frozenset[str]) -> float:
    """Return the share of the wanted stems that are given; 0 where none is wanted."""
    asked = frozenset(wanted)
    return len(asked & given) / len(asked) if asked else 0.0
