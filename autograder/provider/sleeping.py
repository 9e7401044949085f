"""Waiting on the provider's clock, from any process: two addresses and a function to inject.

`GET /practice/clock` answers `{"now": seconds since 1970}`. `POST
/practice/sleep` with `{"seconds": s}` answers the same when that much time has
passed on the provider's clock: at once where the clock skips waits. A client
that waits by the function that `sleeper` returns, instead of `time.sleep`, is
judged on the provider's time, and minutes of back-off cost milliseconds.

Both addresses lie outside the API: no key, no ledger, no faults.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from autograder.errors import RungsError
from autograder.provider.race import first

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["LONGEST_SLEEP", "MOST_SLEEPERS", "Timekeeper", "async_sleeper", "sleeper"]

LONGEST_SLEEP = 86_400.0
"""Seconds that one request may sleep."""

MOST_SLEEPERS = 400
"""Requests that may sleep at the same time; one more gets 429."""

_LONGEST_BODY = 1000  # bytes
_HEADERS: Final = {"content-type": "application/json"}
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


def sleeper(base_url: str) -> Callable[[float], None]:
    """Return a `sleep(seconds)` on the clock of the provider at `base_url`.

    It takes the place of `time.sleep` in a client. Any number of threads may
    share it.
    """
    host, port = _place(base_url)

    def sleep(seconds: float) -> None:
        """Wait on the provider's clock."""
        if seconds > 0:
            with closing(HTTPConnection(host, port)) as web:
                web.request("POST", _SLEEP, _asked(seconds), _HEADERS)
                reply = web.getresponse()
                _check(reply.status, reply.read())

    return sleep


def async_sleeper(base_url: str) -> Callable[[float], Awaitable[None]]:
    """Return an `await sleep(seconds)` on the clock of the provider at `base_url`.

    It takes the place of `asyncio.sleep` in a client. Cancelling it ends the
    wait on the provider's side too.
    """
    host, port = _place(base_url)

    async def sleep(seconds: float) -> None:
        """Wait on the provider's clock."""
        if seconds > 0:
            reader, writer = await asyncio.open_connection(host, port)
            try:
                writer.write(_head(host, _asked(seconds)))
                reply = await reader.read()
            finally:
                writer.close()
            head, _, body = reply.partition(b"\r\n\r\n")
            _check(int(head.split()[1]), body)

    return sleep


def _place(base_url: str) -> tuple[str, int]:
    url = urlsplit(str(base_url))
    return url.hostname or "", url.port or 80


def _asked(seconds: float) -> bytes:
    return json.dumps({"seconds": seconds}).encode()


def _head(host: str, body: bytes) -> bytes:
    headers = {**_HEADERS, "host": host, "content-length": str(len(body)), "connection": "close"}
    lines = [f"POST {_SLEEP} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _check(status: int, body: bytes) -> None:
    if status != 200:
        raise RungsError(f"The provider's clock said {status}: {body.decode(errors='replace')}")


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
