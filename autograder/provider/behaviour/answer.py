"""Answer a question from the passages of the prompt."""

from __future__ import annotations

import re
from dataclasses import replace

from autograder.provider.behaviour import effects
from autograder.provider.behaviour.evidence import Evidence, evidence, find
from autograder.provider.behaviour.mistakes import invented, shifted
from autograder.provider.behaviour.prose import addition, further, opening, prose
from autograder.provider.behaviour.sentences import sentences
from autograder.provider.behaviour.task import Claim, Outcome, Task

__all__ = ["UNKNOWN", "WRONG", "reply"]

UNKNOWN = "I don't know: the passages do not say."
# What a wrong answer is: the fact of another sentence, the right one with a number off by one, or
# a sentence that nothing supports. For unanswerable questions it is the first or the last.
WRONG = {"neighbour": 0.5, "number": 0.3, "invented": 0.2}
_VALUE = re.compile(
    r"\bCVE-\d{4}-\d{4,7}\b|\b\d{4}-\d{2}-\d{2}\b|\b\d+(?:\.\d+)+\b"
    r"|\b\d+(?:[.,]\d+)?\s?(?:%|percent|hours?|minutes?|seconds?|days?|weeks?|months?|years?|[GMK]B|ms|s)?\b",
    re.IGNORECASE,
)


def reply(task: Task) -> Outcome:
    """Find the sentence, get it right or wrong as the card says, and say it."""
    found = evidence(task.reading, task.key)
    if not task.features.answerable:
        return _unanswerable(task, found)
    needless = effects.needless(task.card, task.features)
    able = effects.sigmoid(effects.skill(task.card, task.features))
    p = (1 - task.given_item("needless", needless)) * task.given_item("right", able)
    if task.happens("needless", needless):
        return _unknown(p, right=False)
    if task.happens("right", able):
        return _say(task, Claim(found.sentence, True, found.id), found.passage, p, "")
    claim, kind = _wrong(task, found)
    return _say(task, claim, "", p, kind)


def _unanswerable(task: Task, found: Evidence) -> Outcome:
    abstains = effects.abstains(task.card, task.features)
    p = task.given_item("abstains", abstains)
    if task.happens("abstains", abstains):
        return _unknown(p, right=True)
    if found.sentence and task.draws.chance("distracted", 0.5):
        claim, kind = Claim(found.sentence, True, found.id), "neighbour"
    else:
        claim, kind = _invention(task), "invented"
    return _say(task, claim, "", p, kind)


def _unknown(p: float, right: bool) -> Outcome:
    return Outcome(UNKNOWN, UNKNOWN, p, right, hidden={"abstained": True})


def _wrong(task: Task, found: Evidence) -> tuple[Claim, str]:
    kind = task.draws.weighted("wrong", WRONG)
    if kind == "number" and (off := shifted(found.sentence, task.draws)) != found.sentence:
        return Claim(off, False, found.id), kind
    if kind != "invented" and (other := _neighbour(task, found)) is not None:
        return other, "neighbour"
    return _invention(task), "invented"


def _invention(task: Task) -> Claim:
    given = "\n".join(passage.text for passage in task.reading.passages)
    return Claim(invented(given, task.draws), False)


def _neighbour(task: Task, found: Evidence) -> Claim | None:
    """Return the best sentence of another passage, or another one of the same."""
    others = tuple(p for n, p in enumerate(task.reading.passages) if n != found.index)
    near = find(task.reading.item, others)
    if near.sentence and near.sentence != found.sentence:
        return Claim(near.sentence, True, near.id)
    rest = [s for s in sentences(found.passage) if s != found.sentence]
    return Claim(task.draws.choice("neighbour", rest), True, found.id) if rest else None


def _say(task: Task, claim: Claim, passage: str, p: float, kind: str) -> Outcome:
    """Put claim, further sentences and an invention into one text."""
    rest = [s for s in sentences(passage) if s != claim.text]
    said = [claim, *(Claim(text, True, claim.source) for text in further(task, rest))]
    given = "\n".join(block.text for block in task.reading.passages)
    if (added := addition(task, given, said)) is not None:
        said.append(added)
    if "cite" in task.reading.cues:
        said = [_cited(task, one, n) for n, one in enumerate(said)]
    short = _VALUE.search(claim.text) if "value" in task.reading.cues else None
    if short:
        said = [replace(said[0], text=short[0].strip())]
    value = " ".join(one.text for one in said)
    hidden = {"abstained": False, **({"mistake": kind} if kind else {})}
    text = ("" if short else opening(task)) + prose(said)
    return Outcome(value, text, p, not kind, tuple(said), hidden=hidden)


def _cited(task: Task, claim: Claim, number: int) -> Claim:
    """Name a passage: the sentence's own with the card's probability, otherwise another one."""
    own = claim.source
    others = [block.id for block in task.reading.passages if block.id != own]
    faithful = task.happens("citation", task.card["grounding.citation"], str(number))
    if own and (faithful or not others):
        return replace(claim, cited=own)
    return replace(claim, cited=task.draws.choice(f"citation {number}", others) if others else "")
