"""Replies at a model's pace: whole ones, and streams of server-sent events."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable
from typing import TYPE_CHECKING, Any

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from autograder.provider.clock import Clock
from autograder.provider.completion import Pace
from autograder.provider.wire.headers import encoded

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["DONE", "Late", "Stream", "dumped", "event"]

_ENCODER = json.JSONEncoder(separators=(",", ":"))  # `dumps` would make one each time
DONE = b"data: [DONE]\n\n"
_CLOSE_ENOUGH = 1e-4  # seconds; floating-point clocks wake a little early
_HEADERS = [
    ("content-type", "text/event-stream; charset=utf-8"),
    ("cache-control", "no-cache"),
]


def dumped(shown: Any) -> bytes:
    """Return JSON as it leaves: compact, in ASCII."""
    return _ENCODER.encode(shown).encode()


def event(shown: Any, name: str = "") -> bytes:
    """Return one server-sent event, with a name where the API gives it one."""
    head = f"event: {name}\n".encode() if name else b""
    return head + b"data: " + dumped(shown) + b"\n\n"


class Late:
    """A whole reply that leaves when its last token has been made.

    `gone(made)` is called with the tokens made so far where the client has left
    before.
    """

    def __init__(
        self, response: Response, clock: Clock, pace: Pace, tokens: int, gone: Callable[[int], None]
    ) -> None:
        self._response = response
        self._clock = clock
        self._pace = pace
        self._tokens = tokens
        self._gone = gone

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Wait, then answer."""
        if _factor(self._clock):
            began = self._clock.now()
            waiting = self._clock.sleep(self._pace.total(self._tokens))
            if not await _unless_gone(waiting, receive):
                passed = (self._clock.now() - began) / _factor(self._clock)
                self._gone(_made(self._pace, passed, self._tokens))
                return
        await self._response(scope, receive, send)


class Stream:
    """Server-sent events that leave when their tokens have been made.

    `events` yields each event's bytes behind the number of tokens that have
    been made by then. What is due at once leaves in one write. `gone(made)` is
    called with the tokens made so far where the client leaves before the end.
    """

    def __init__(
        self,
        provider: Provider,
        pace: Pace,
        events: Iterable[tuple[int, bytes]],
        gone: Callable[[int], None],
    ) -> None:
        self._streams = provider.streams
        self._clock = provider.clock
        self._pace = pace
        self._events = iter(events)
        self._gone = gone
        self._made = 0
        self._last: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head at once and the events in time."""
        with self._streams.place():
            start = {
                "type": "http.response.start",
                "status": 200,
                "headers": encoded(_HEADERS),
            }
            await send(start)
            stayed = await _unless_gone(self._pump(send), receive)
        if stayed:
            await _write(send, self._last, more=False)
        else:
            self._gone(self._made)

    async def _pump(self, send: Send) -> None:
        """Send all events but the last ones due, which leave when the place is free again."""
        began, factor = self._clock.now(), _factor(self._clock)
        batch: list[bytes] = []
        for made, chunk in self._events:
            due = self._pace.total(made) if made else 0.0
            while factor and (early := due - (self._clock.now() - began) / factor) > _CLOSE_ENOUGH:
                if batch:
                    await _write(send, batch, more=True)
                    batch = []
                await self._clock.sleep(early)
            self._made = made
            batch.append(chunk)
        self._last = batch


async def _write(send: Send, batch: list[bytes], more: bool) -> None:
    await send({"type": "http.response.body", "body": b"".join(batch), "more_body": more})


async def _unless_gone(work: Coroutine[Any, Any, None], receive: Receive) -> bool:
    """Run `work`; stop it and return False where the client leaves before its end."""
    working = asyncio.ensure_future(work)
    leaving = asyncio.ensure_future(_leave(receive))
    try:
        await asyncio.wait({working, leaving}, return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            working.result()
            return True
        return False
    finally:
        leaving.cancel()
        working.cancel()
        await asyncio.gather(working, leaving, return_exceptions=True)


async def _leave(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _factor(clock: Clock) -> float:
    """Return by what a clock multiplies latencies; 0 makes everything leave at once."""
    return float(getattr(clock, "factor", 1.0))


def _made(pace: Pace, passed: float, tokens: int) -> int:
    if passed < pace.first_token:
        return 0
    return min(tokens, 1 + int((passed - pace.first_token) / max(pace.per_token, 1e-9)))
