"""Judge answers: prefer one of two, pass or fail one, or score it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

from autograder.provider.behaviour import effects
from autograder.provider.behaviour.schemas import options, properties, resolved, type_of
from autograder.provider.behaviour.task import Outcome, Task

__all__ = ["reply_pair", "reply_score", "reply_verdict"]

_NORMAL = NormalDist()
_PAIRS = (
    ("pass", "fail"), ("correct", "incorrect"), ("supported", "unsupported"), ("good", "bad"),
    ("true", "false"), ("yes", "no"),
)  # fmt: skip
_NUMBERED = re.compile(r"\b(?:answer|response|assistant|candidate)[ _-]?1\b", re.IGNORECASE)


def reply_pair(task: Task) -> Outcome:
    """Prefer the first answer, the second, or neither where a tie is allowed.

    The item's luck belongs to the pair, whichever order it is shown in: when
    the answers are swapped, the same luck speaks for the same answer.
    """
    f = task.features
    first, _, tie = effects.judged(task.card, f)
    u = _luck(task)
    chosen = _chosen(u, first, tie)
    fair = effects.sigmoid(task.card["judge.acuity"] * f.quality)
    better = (f.quality < 0) - (f.quality > 0)  # as `chosen`: -1 first, 1 second, 0 neither
    right = chosen == better or (f.quality == 0 and not f.tie)
    hidden = {
        "preferred": {-1: "first", 0: "tie", 1: "second"}[chosen],
        "quality": f.quality,
        "biases": _biases(task),
        "flipped_by_bias": chosen != 0 and not f.tie and chosen != _chosen(u, fair, 0.0),
    }
    said = _name(task, chosen)
    return Outcome(said, said, _given_pair(task, first, tie, better), right, hidden=hidden)


def _given_pair(task: Task, first: float, tie: float, better: int) -> float:
    """Return the probability of the right preference for this pair, before the call's luck."""
    if better == 0 and not task.features.tie:
        return 1.0
    one, two = task.reading.judged
    cuts = (first, first + tie) if one <= two else (1 - first - tie, 1 - first)
    low, high = (task.given_item("prefer", cut) for cut in cuts)
    pieces = (low, high - low, 1 - high) if one <= two else (1 - high, high - low, low)
    return pieces[better + 1]


def _luck(task: Task) -> float:
    """Return a uniform number that is low where the luck is with the answer shown first."""
    one, two = task.reading.judged
    u = _NORMAL.cdf(task.z("prefer"))
    return u if one <= two else 1 - u


def _chosen(u: float, first: float, tie: float) -> int:
    """Return -1 for the first, 0 for a tie, 1 for the second: three pieces of the unit line."""
    return -1 if u < first else 0 if u < first + tie else 1


def _biases(task: Task) -> dict[str, float]:
    """Return the log odds that each bias adds for the answer shown first."""
    card, f = task.card, task.features
    factor = card["judge.fairness"] if f.fair else 1.0
    return {
        "position": factor * card["judge.position"],
        "length": factor * card["judge.length"] * f.doublings,
        "self": factor * card["judge.self"] * f.own,
    }


def _name(task: Task, chosen: int) -> str:
    """Say a preference in the prompt's words: the schema's enum, 1 and 2, or A and B."""
    names = [str(one) for one in _options(task)]
    if len(names) < 2:
        asked = next((m.text for m in reversed(task.prompt.messages) if m.role == "user"), "")
        names = ["1", "2"] if _NUMBERED.search(asked) else ["A", "B"]
    if chosen == 0:
        return next((one for one in names if re.search("tie|equal|both|draw", one, re.I)), "tie")
    return names[0] if chosen < 0 else names[1]


def _options(task: Task) -> Sequence[Any]:
    """Return the first enum of the schema, or none."""
    schema = task.prompt.schema or {}
    told = properties(resolved(schema, schema))
    found = (options(resolved(field, schema)) for field in told.values())
    return next((one for one in found if one), ())


def reply_verdict(task: Task) -> Outcome:
    """Pass a good answer with the true positive rate, fail a bad one with the true negative"
    " rate."""
    p = effects.right(task.card, task.features)
    right = task.happens("right", p)
    passes = task.features.good == right
    said = _verdict(task, passes)
    text = said if isinstance(said, str) else str(said).lower()
    hidden = {"passes": passes, "truth": task.features.good, "quality": task.features.quality}
    return Outcome(said, text, task.given_item("right", p), right, hidden=hidden)


def _verdict(task: Task, passes: bool) -> str | bool:
    """Say pass or fail in the prompt's words."""
    schema = task.prompt.schema or {}
    told = [resolved(one, schema) for one in properties(schema).values()]
    names = [str(one) for one in _options(task)]
    if len(names) >= 2:
        return names[0] if passes else names[1]
    if any(type_of(field) == "boolean" for field in told):
        return passes
    words = task.reading.words
    for yes, no in _PAIRS:
        pair = re.search(rf"\b({yes})\b[^.\n]{{0,30}}?\b({no})\b", words, re.IGNORECASE)
        if pair:
            return pair[1] if passes else pair[2]
    return "yes" if passes else "no"


def reply_score(task: Task) -> Outcome:
    """Give the quality on the prompt's scale, more leniently than it is, and with noise."""
    low, high = task.reading.scale
    true = task.features.quality
    share = effects.scored(task.card, true, task.z("score"))
    said = low + round(share * (high - low))
    hidden = {"truth": low + true * (high - low), "quality": true, "share": share}
    right = abs(share - true) <= effects.NEAR
    near = effects.scored_right(task.card, true, *task.of_item("score"))
    return Outcome(said, str(said), near, right, hidden=hidden)
