"""Waiting on the provider's clock, from any process: functions for a client to take in.

A client that waits by the function that `sleeper` returns, instead of
`time.sleep`, is judged on the provider's time, and minutes of back-off cost
milliseconds where that clock skips waits.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlsplit

from autograder.errors import RungsError

__all__ = ["async_sleeper", "sleeper"]

_PATH: Final = "/practice/sleep"
_HEADERS: Final = {"content-type": "application/json"}


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
                web.request("POST", _PATH, _asked(seconds), _HEADERS)
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
    lines = [f"POST {_PATH} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _check(status: int, body: bytes) -> None:
    if status != 200:
        raise RungsError(f"The provider's clock said {status}: {body.decode(errors='replace')}")
