"""Damage a whole reply's body, each in one way."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final

__all__ = ["damaged"]


def damaged(kind: str, body: bytes) -> bytes:
    """Return what a kind of place "body" makes of a reply's body."""
    return _BODIES[kind](body)


def _truncated(body: bytes) -> bytes:
    return body[: len(body) * 2 // 3]


def _no_choices(body: bytes) -> bytes:
    found = json.loads(body)
    return json.dumps({k: v for k, v in found.items() if k not in ("choices", "output")}).encode()


def _no_data(body: bytes) -> bytes:
    return json.dumps({**json.loads(body), "data": []}).encode()


def _unsorted(body: bytes) -> bytes:
    found = json.loads(body)
    return json.dumps({**found, "data": found["data"][::-1]}).encode()


_BODIES: Final[dict[str, Callable[[bytes], bytes]]] = {
    "truncated": _truncated,
    "no-choices": _no_choices,
    "no-data": _no_data,
    "unsorted": _unsorted,
}
