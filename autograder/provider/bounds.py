"""Where a reply ends: at a stop sequence, or at the most tokens that it may have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autograder.provider import tokens
from autograder.provider.completion import Completion
from autograder.provider.prompt import ToolCall

__all__ = ["bounded", "cut", "spoken", "stopped"]


def bounded(completion: Completion, stop: Iterable[str], most: int) -> Completion:
    """Return a completion that ends before a stop sequence and has at most `most` tokens.

    Reasoning comes first and counts, so a small bound can leave nothing to see.
    """
    ended = stopped(completion, stop)
    return cut(ended, most) if spoken(ended) > most else ended


def spoken(completion: Completion) -> int:
    """Return the tokens of a completion as they are billed: reasoning, text, refusal, calls."""
    calls = sum(_call_tokens(call) for call in completion.tool_calls)
    refusal = tokens.count(completion.refusal) if completion.refusal else 0
    return completion.reasoning_tokens + len(completion.pieces) + refusal + calls


def stopped(completion: Completion, stop: Iterable[str]) -> Completion:
    """Return the completion up to the first stop sequence, which is left out."""
    text = completion.text
    ends = [at for at in (text.find(one) for one in stop if one) if at >= 0]
    if not ends:
        return completion
    kept = _pieces_of(completion.pieces, min(ends))
    return replace(
        completion,
        text=text[: min(ends)],
        pieces=kept,
        logprobs=completion.logprobs[: len(kept)],
        finish_reason="stop",
    )


def cut(completion: Completion, most: int) -> Completion:
    """Return the first `most` tokens of a completion, with finish_reason "length"."""
    reasoning = min(completion.reasoning_tokens, most)
    left = most - reasoning
    pieces = completion.pieces[:left]
    left -= len(pieces)
    refusal = "".join(tokens.pieces(completion.refusal)[:left]) if completion.refusal else ""
    left -= tokens.count(refusal) if refusal else 0
    return replace(
        completion,
        text="".join(pieces),
        pieces=pieces,
        logprobs=completion.logprobs[: len(pieces)],
        refusal=refusal,
        tool_calls=tuple(_first_calls(completion.tool_calls, left)),
        reasoning_tokens=reasoning,
        finish_reason="length",
    )


def _pieces_of(pieces: tuple[str, ...], length: int) -> tuple[str, ...]:
    """Return the pieces of the first `length` characters; the last may be a part of one."""
    kept: list[str] = []
    for piece in pieces:
        if length <= 0:
            break
        kept.append(piece[:length])
        length -= len(piece)
    return tuple(kept)


def _call_tokens(call: ToolCall) -> int:
    return tokens.count(call.name) + tokens.count(call.arguments)


def _first_calls(calls: tuple[ToolCall, ...], left: int) -> Iterable[ToolCall]:
    """Yield the calls that fit; the last one's arguments may break off."""
    for call in calls:
        left -= tokens.count(call.name)
        if left <= 0:
            return
        pieces = tokens.pieces(call.arguments)
        yield replace(call, arguments="".join(pieces[:left]))
        left -= len(pieces)
        if left <= 0:
            return
