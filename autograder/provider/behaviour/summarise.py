"""Summarise a text by its own sentences."""

from __future__ import annotations

import re
from collections import Counter

from autograder.provider.behaviour import effects
from autograder.provider.behaviour.mistakes import invented, shifted
from autograder.provider.behaviour.prose import addition, length, opening, prose
from autograder.provider.behaviour.reading import Reading
from autograder.provider.behaviour.sentences import content_stems, sentences
from autograder.provider.behaviour.task import Claim, Outcome, Task

__all__ = ["central", "reply"]

_SENTENCES = re.compile(r"\b(one|two|three|four|five|six|\d{1,2})[ -](?:short )?sentences?\b", re.I)
_WORDS = re.compile(r"\b(\d{1,4}) words\b", re.I)
_NUMBERS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}


def reply(task: Task) -> Outcome:
    """Keep the main sentences, or lose the first of them, or distort a number."""
    text = _given(task.reading)
    told = sentences(text) or (text,)
    known = task.truth("summarise", task.reading.item)
    main = [str(one) for one in known] if known else central(told)
    keep = _keep(task, main)
    p = effects.right(task.card, task.features)
    right = task.happens("right", p)
    chosen = sorted(main[:keep], key=lambda one: told.index(one) if one in told else 0)
    claims = [Claim(one, True) for one in chosen]
    kind = "" if right else _spoil(task, claims, main, keep)
    if (added := addition(task, text, claims)) is not None:
        claims.append(added)
    hidden = {"main": main[:keep], **({"mistake": kind} if kind else {})}
    said = prose(claims)
    known_p = task.given_item("right", p)
    return Outcome(said, opening(task) + said, known_p, right, tuple(claims), hidden=hidden)


def central(told: tuple[str, ...]) -> list[str]:
    """Return sentences by how much of the text's repeated content they have, longest not"
    " favoured."""
    counts = Counter(stem for one in told for stem in content_stems(one))
    weights = {
        one: sum(counts[stem] for stem in content_stems(one)) / (len(content_stems(one)) + 2)
        for one in dict.fromkeys(told)
    }
    return sorted(weights, key=lambda one: -weights[one])


def _given(reading: Reading) -> str:
    if reading.passages:
        return "\n".join(passage.text for passage in reading.passages)
    return reading.item


def _keep(task: Task, main: list[str]) -> int:
    """Return how many sentences were asked for, or how many the model likes."""
    words = task.reading.words
    if found := _SENTENCES.search(words):
        wanted = _NUMBERS.get(found[1].lower()) or int(found[1])
    elif found := _WORDS.search(words):
        wanted, left = 0, int(found[1])
        for sentence in main:
            left -= len(sentence.split())
            wanted += left >= 0
    else:
        wanted = 2 + length(task)
    return max(1, min(wanted, len(main)))


def _spoil(task: Task, claims: list[Claim], main: list[str], keep: int) -> str:
    """Distort a number, or else put a lesser sentence where a main one stood."""
    for n, claim in enumerate(claims):
        off = shifted(claim.text, task.draws)
        if off != claim.text and task.draws.chance("distort", 0.5):
            claims[n] = Claim(off, False)
            return "number"
    lesser = main[keep:]
    lost = next((n for n, claim in enumerate(claims) if claim.text == main[0]), 0)
    if lesser:
        claims[lost] = Claim(task.draws.choice("lesser", lesser), True)
    elif len(claims) > 1:
        del claims[lost]
    else:
        claims[lost] = Claim(invented(main[0], task.draws), False)
    return "omission"
