"""From what a model means to say to the reply: its text, tokens, confidence and hidden truth."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.provider import tokens
from autograder.provider.behaviour import effects
from autograder.provider.behaviour.structured import wants_json, written
from autograder.provider.behaviour.task import Claim, Outcome, Task
from autograder.provider.completion import Completion, TokenLogprob

__all__ = ["spoken"]

_LEAST, _MOST = 0.90, 0.999  # probability of a token that decides nothing


def spoken(task: Task, outcome: Outcome, hidden: Mapping[str, Any]) -> Completion:
    """Return the completion."""
    defect = ""
    if outcome.tool_calls or outcome.refusal:
        text = ""
    elif wants_json(task):
        text, defect = written(task, outcome)
    else:
        text = outcome.text
    said = outcome.refusal or text
    pieces = tokens.pieces(text)
    return Completion(
        text=text,
        pieces=pieces,
        finish_reason="tool_calls" if outcome.tool_calls else "stop",
        tool_calls=outcome.tool_calls,
        refusal=outcome.refusal,
        reasoning_tokens=_reasoning(task),
        logprobs=_logprobs(task, outcome, pieces),
        hidden={**hidden, "defect": defect, **_claims(outcome.claims, said)},
    )


def _claims(claims: Sequence[Claim], text: str) -> dict[str, Any]:
    """Return the sentences that are in the reply, and those among them that nothing supports."""
    said = [one for one in _placed(claims, text) if one["start"] >= 0]
    return {"claims": said, "unsupported": [one["text"] for one in said if not one["supported"]]}


def _placed(claims: Sequence[Claim], text: str) -> list[dict[str, Any]]:
    """Return each sentence with its place in the reply; -1 where the shape has left it out."""
    placed, after = [], 0
    for claim in claims:
        start = text.find(claim.text, after)
        if start < 0:  # in JSON, with its characters escaped
            escaped = json.dumps(claim.text, ensure_ascii=False)[1:-1]
            start, length = text.find(escaped, after), len(escaped)
        else:
            length = len(claim.text)
        after = max(after, start + length)
        placed.append(
            {
                "text": claim.text,
                "start": start,
                "end": start + length if start >= 0 else -1,
                "supported": claim.supported,
                "source": claim.source,
                "cited": claim.cited,
            }
        )
    return placed


def _reasoning(task: Task) -> int:
    """Draw the reasoning tokens: lognormal, more at high effort and fewer at low, none at none."""
    card, effort = task.card, task.features.effort
    if not card.reasons or task.prompt.reasoning_effort == "none":
        return 0
    median = card["reasoning.median"] * card["reasoning.effort"] ** effort
    return max(1, round(task.draws.lognormal("reasoning", median, card["reasoning.sigma"])))


def _logprobs(task: Task, outcome: Outcome, pieces: Sequence[str]) -> tuple[TokenLogprob, ...]:
    """Return the log probabilities where they are asked for.

    The first token of the value carries the model's stated confidence: the
    probability of being right on this item, its log odds times
    `confidence.slope`. The other tokens are all but certain.
    """
    wanted = task.prompt.top_logprobs
    if wanted is None:
        return ()
    sure = effects.stated(task.card, outcome.p_item)
    decides = _deciding(outcome, pieces)
    return tuple(
        _logprob(task, n, piece, sure if n == decides else None, wanted)
        for n, piece in enumerate(pieces)
    )


def _deciding(outcome: Outcome, pieces: Sequence[str]) -> int:
    """Return the number of the token with which the value begins."""
    place, seen = "".join(pieces).find(str(outcome.value)), 0
    for n, piece in enumerate(pieces):
        seen += len(piece)
        if seen > max(place, 0):
            return n
    return 0


def _logprob(task: Task, n: int, piece: str, sure: float | None, wanted: int) -> TokenLogprob:
    p = sure if sure is not None else _LEAST + (_MOST - _LEAST) * task.draws.uniform(f"token {n}")
    others = _alternatives(task, piece, sure is not None)
    left, shares = 1 - p, [2.0 ** -(k + 1) for k in range(len(others))]
    table = [
        (piece, math.log(p)),
        *((o, math.log(max(left * s, 1e-12))) for o, s in zip(others, shares, strict=True)),
    ]
    table.sort(key=lambda pair: -pair[1])
    return TokenLogprob(piece, math.log(p), tuple(table[:wanted]))


def _alternatives(task: Task, piece: str, decides: bool) -> list[str]:
    """Return other tokens: the other labels' beginnings where the token decides, else fillers."""
    named = [label.name for label in task.reading.labels] if decides else []
    if decides and task.reading.family == "judge":
        named = ["A", "B"]
    starts = [tokens.pieces(name)[0] for name in named if name]
    fill = [" the", " a", " it", ",", " is", "."]
    options = dict.fromkeys(one for one in (*starts, *fill) if one != piece)
    return list(options)[:20]
