"""Damage a stream of server-sent events, each in one way."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

from autograder.provider.faults.replies import error

__all__ = ["END", "EventShape", "Events", "finishes", "shape"]

END: Final = b""
"""What a shape yields to end the stream, properly, at once."""

EventShape = Callable[[int, bytes], Iterator[bytes]]
"""Turn the n-th event (from 0, with its blank line) into what is written instead."""

_STRIKE = 2  # the third event: a chat stream's first has the role, the second the first words
_EARLY = 6
_DONE: Final = b"data: [DONE]"
_FINAL_TYPES: Final = frozenset({"response.completed", "response.incomplete", "response.failed"})
_PIECE = 3  # bytes: shorter than a character of four


class Events:
    """Cut what is written into whole events, each with the blank line that ends it."""

    def __init__(self) -> None:
        self._rest = b""
        self.seen = False

    def feed(self, data: bytes) -> list[bytes]:
        """Return the events that are complete now."""
        self.seen = True
        *events, self._rest = (self._rest + data).split(b"\n\n")
        return [event + b"\n\n" for event in events]


def shape(kind: str) -> EventShape:
    """Return what a kind of place "stream" does to events."""
    return _SHAPES[kind]


def finishes(event: bytes) -> bool:
    """Tell whether an event says that the reply is complete."""
    payload = _payload(event)
    choices = payload.get("choices") or []
    return payload.get("type") in _FINAL_TYPES or any(each.get("finish_reason") for each in choices)


def _payload(event: bytes) -> dict[str, Any]:
    """Return an event's JSON; empty for comments and [DONE]."""
    for line in event.splitlines():
        if line.startswith(b"data: {"):
            found: dict[str, Any] = json.loads(line.removeprefix(b"data: "))
            return found
    return {}


def _strikes(number: int, event: bytes) -> bool:
    """Tell whether this is the event to damage: the third, or the last where it comes sooner."""
    return number == _STRIKE or (number < _STRIKE and finishes(event))


def _truncated(number: int, event: bytes) -> Iterator[bytes]:
    if _strikes(number, event):
        yield event[: len(event) // 2]
        yield END
    yield event


def _malformed(number: int, event: bytes) -> Iterator[bytes]:
    if _strikes(number, event):
        head, _, _ = event.rstrip().rpartition(b"}")
        yield head + b"\n\n"
    else:
        yield event


def _error(number: int, event: bytes) -> Iterator[bytes]:
    if _strikes(number, event):
        yield b"data: " + json.dumps(error("500", 500)).encode() + b"\n\n"
        yield END
    yield event


def _no_finish(number: int, event: bytes) -> Iterator[bytes]:
    yield END if number >= _EARLY or finishes(event) else event


def _empty_finish(number: int, event: bytes) -> Iterator[bytes]:
    payload = _payload(event)
    if not payload.get("choices") or finishes(event):
        yield event
        return
    for choice in payload["choices"]:
        choice["finish_reason"] = ""
    yield b"data: " + json.dumps(payload).encode() + b"\n\n"


def _no_done(number: int, event: bytes) -> Iterator[bytes]:
    if not event.startswith(_DONE):
        yield event


def _duplicate(number: int, event: bytes) -> Iterator[bytes]:
    yield event
    if _strikes(number, event):
        yield event


def _comments(number: int, event: bytes) -> Iterator[bytes]:
    yield b": keep-alive\n\n"
    yield event


def _crlf(number: int, event: bytes) -> Iterator[bytes]:
    yield event.replace(b"\n", b"\r\n")


def _multiline(number: int, event: bytes) -> Iterator[bytes]:
    for line in event.splitlines():
        if line.startswith(b"data: {"):
            text = json.dumps(json.loads(line.removeprefix(b"data: ")), indent=1)
            yield b"".join(b"data: " + each.encode() + b"\n" for each in text.splitlines())
        else:
            yield line + b"\n"


def _split(number: int, event: bytes) -> Iterator[bytes]:
    payload = _payload(event)
    if payload:
        written = json.dumps(payload, ensure_ascii=False).encode()
        old = next(line for line in event.splitlines() if line.startswith(b"data: {"))
        event = event.replace(old, b"data: " + written)
    yield from (event[at : at + _PIECE] for at in range(0, len(event), _PIECE))


_SHAPES: Final[dict[str, EventShape]] = {
    "sse-truncated": _truncated,
    "sse-malformed": _malformed,
    "sse-error": _error,
    "sse-no-finish": _no_finish,
    "sse-empty-finish": _empty_finish,
    "sse-no-done": _no_done,
    "sse-duplicate": _duplicate,
    "sse-comments": _comments,
    "sse-crlf": _crlf,
    "sse-multiline": _multiline,
    "sse-split": _split,
}
