"""Find the sentence of the passages that answers a question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from autograder.provider.behaviour.blocks import Block
from autograder.provider.behaviour.key import AnswerKey
from autograder.provider.behaviour.memory import remembered
from autograder.provider.behaviour.reading import Reading
from autograder.provider.behaviour.sentences import content_stems, overlap, sentences, words

__all__ = ["ENOUGH", "Evidence", "evidence", "find"]

ENOUGH = 0.4  # share of the question's content stems that a sentence, with its passage, must have
_ALONE = 0.75  # weight of the sentence itself; the rest is its passage's
_KINDS = 0.15  # for a sentence that has what the question asks for: a number, a date, a name
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_COUNTS = "one|two|three|four|five|six|seven|eight|nine|ten|twelve|once|twice"
# What a question asks for, and what a sentence that answers it has.
_ASKS = tuple(
    (re.compile(asks, re.IGNORECASE), re.compile(has))
    for asks, has in (
        (
            r"\bhow (?:many|much|long|often|old|large|soon|far)\b|\bwhat (?:number|share)\b",
            rf"(?i)\d|\b(?:{_COUNTS})\b",
        ),
        (
            r"\bwhen\b|\bwhat (?:date|day|year|month)\b",
            rf"(?i)\b\d{{4}}\b|\b\d{{1,2}}:\d\d\b|\b(?:{_MONTHS}|\w+day)\b",
        ),
        (r"\b(?:which|what) (?:version|release)\b", r"\b\d+\.\d+"),
        (r"\bwho\b|\bwhich (?:team|vendor|person)\b", r"(?<!^)\b[A-Z][a-z]+|\b(?:team|engineer)\b"),
    )
)


@dataclass(frozen=True)
class Evidence:
    """The best sentence, its passage, and whether it answers; `score` is from 0 to 1 and a bit."""

    sentence: str
    passage: str
    index: int
    id: str
    score: float
    answerable: bool


NOTHING = Evidence("", "", 0, "", 0.0, False)


def evidence(reading: Reading, key: AnswerKey | None) -> Evidence:
    """Return where the answer stands: by the key where it knows the question, else by words.

    By words, a sentence answers when it and its passage share at least `ENOUGH`
    of the question's content stems.
    """
    gold = key.truth("answer", reading.item) if key is not None else None
    if gold is None:
        return find(reading.item, reading.passages)
    if not str(gold).strip():
        found = find(reading.item, reading.passages)
        return Evidence(found.sentence, found.passage, found.index, found.id, found.score, False)
    return _holding(str(gold), reading.passages) or NOTHING


@remembered(8_192, 1_000)
def _has(sentence: str) -> frozenset[int]:
    """Return which kinds of question a sentence could answer."""
    return frozenset(n for n, (_, has) in enumerate(_ASKS) if has.search(sentence))


@lru_cache(maxsize=8)  # a prompt's features and its reply look for the same
def find(question: str, passages: tuple[Block, ...]) -> Evidence:
    """Return the sentence that shares most with a question."""
    wanted = content_stems(question)
    kinds = frozenset(n for n, (asks, _) in enumerate(_ASKS) if asks.search(question))
    best, chosen = -1.0, NOTHING
    for index, passage in enumerate(passages):
        around = overlap(wanted, content_stems(passage.text))
        if around * (1 - _ALONE) + _ALONE + _KINDS <= best:
            continue
        for sentence in sentences(passage.text):
            shared = overlap(wanted, content_stems(sentence))
            score = _ALONE * shared + (1 - _ALONE) * around
            score += _KINDS * bool(kinds & _has(sentence)) * (score > 0)
            if score > best:
                best = score
                chosen = Evidence(sentence, passage.text, index, passage.id, score, score >= ENOUGH)
    return chosen


def _holding(gold: str, passages: Sequence[Block]) -> Evidence | None:
    """Return the sentence that holds the gold answer's words, all in a row or most of them."""
    phrase = f" {' '.join(words(gold))} "
    best, chosen = 0.0, None
    for index, passage in enumerate(passages):
        for sentence in sentences(passage.text):
            exact = phrase in f" {' '.join(words(sentence))} "
            score = 2.0 if exact else overlap(content_stems(gold), content_stems(sentence))
            if score > best:
                best = score
                chosen = Evidence(sentence, passage.text, index, passage.id, score, score >= 0.6)
    return chosen if chosen is not None and chosen.answerable else None
