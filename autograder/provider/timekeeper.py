"""The provider's clock on the wire, so that a client in another process can sleep on it.

`GET /practice/clock` answers `{"now": seconds since 1970}`. `POST
/practice/sleep` with `{"seconds": s}` answers the same when that much time has
passed on the provider's clock: at once where the clock skips waits. Both lie
outside the API: no key, no ledger, no faults. `sleeping` has the client's side.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from autograder.provider.race import first

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["LONGEST_SLEEP", "MOST_SLEEPERS", "Timekeeper"]

LONGEST_SLEEP = 86_400.0
"""Seconds that one request may sleep."""

MOST_SLEEPERS = 400
"""Requests that may sleep at the same time; one more gets 429."""

_LONGEST_BODY = 1000  # bytes
_CLOCK, _SLEEP = "/practice/clock", "/practice/sleep"


class Timekeeper:
    """Serve the clock beside an application, and keep time still while a request is worked on."""

    def __init__(self, application: ASGIApp, provider: Provider) -> None:
        self._application = application
        self._clock = provider.clock
        self._sleepers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        with self._clock.working():
            if scope["type"] == "http" and scope["path"] in (_CLOCK, _SLEEP):
                reply = await self._reply(Request(scope, receive))
                await reply(scope, receive, send)
            else:
                await self._application(scope, receive, send)

    async def _reply(self, request: Request) -> Response:
        if request.url.path == _SLEEP:
            if request.method != "POST":
                return _refused(405, 'POST {"seconds": 2.5} to sleep.')
            refused = await self._sleep(request)
            if refused is not None:
                return refused
        elif request.method not in ("GET", "HEAD"):
            return _refused(405, "GET this address to read the clock.")
        return JSONResponse({"now": self._clock.now()})

    async def _sleep(self, request: Request) -> Response | None:
        # JSON, because a page of another origin can send that only if we allowed it to.
        if not request.headers.get("content-type", "").startswith("application/json"):
            return _refused(415, 'Send application/json: {"seconds": 2.5}.')
        seconds = await _seconds(request)
        if seconds is None:
            return _refused(400, f'Send {{"seconds": s}} with 0 <= s <= {LONGEST_SLEEP:g}.')
        if self._sleepers >= MOST_SLEEPERS:
            return _refused(429, f"{MOST_SLEEPERS} requests sleep already.")
        self._sleepers += 1
        try:
            await first(self._clock.pause(seconds), _closed(request.receive))
        finally:
            self._sleepers -= 1
        return None


async def _closed(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _seconds(request: Request) -> float | None:
    """Return the body's seconds, None where they are missing or out of range."""
    try:
        if int(request.headers.get("content-length", _LONGEST_BODY + 1)) > _LONGEST_BODY:
            return None
        seconds = (await request.json())["seconds"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return float(seconds) if number and 0 <= seconds <= LONGEST_SLEEP else None


def _refused(status: int, message: str) -> Response:
    return JSONResponse({"error": {"message": message}}, status)
