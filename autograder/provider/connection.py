"""One client's connection: uvicorn's HTTP/1.1, with limits, and within an application's reach."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from typing import Any

import h11
from starlette.requests import ClientDisconnect
from uvicorn.protocols.http.h11_impl import H11Protocol

__all__ = ["BUSY_AT", "MOST_CONNECTIONS", "READ_SECONDS", "Connection"]

READ_SECONDS = 20.0
"""How long a client may take to send one request, headers and body."""

BUSY_AT = 512
"""From this many open connections on, a request gets 503."""

MOST_CONNECTIONS = 640
"""From this many on, a connection is closed unread."""

_LOG = logging.getLogger("autograder.provider")
_BUSY = {
    "error": {
        "message": "The server is currently overloaded. Please try again later.",
        "type": "server_error",
        "param": None,
        "code": None,
    }
}


class Connection(H11Protocol):
    """Speak HTTP/1.1 on one socket.

    An application finds the socket as `scope["extensions"]["rungs.transport"]`,
    an `asyncio.Transport`: `abort()` drops it, `close()` ends it after what was
    written. It need not complete a reply on a socket that it closed.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.logger = _LOG
        self.access_log = False
        self._application = self.app
        self.app = self._answer
        self.gone = asyncio.Event()
        self._patience: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn's
        """Begin, or end at once where there are far too many."""
        _send_at_once(transport)
        super().connection_made(Gathered(transport, self.loop))  # type: ignore[arg-type]  # it passes for one
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self._wait_for_request()

    def data_received(self, data: bytes) -> None:
        """Read on; the time for one request runs from its first byte."""
        if self._patience is None:
            self._wait_for_request()
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wake whoever still answers."""
        self._stop_waiting()
        super().connection_lost(exc)
        self.gone.set()

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        scope["extensions"] = {"rungs.transport": self.transport}
        if len(self.connections) > BUSY_AT:
            await _refuse(send)
            return
        try:
            await self._application(scope, receive, send)
        except ClientDisconnect:
            self.transport.abort()
        except asyncio.CancelledError:
            if not self.transport.is_closing():
                raise
        if self.transport.is_closing():
            await self.gone.wait()

    def _wait_for_request(self) -> None:
        self._patience = self.loop.call_later(READ_SECONDS, self._lose_patience)

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _lose_patience(self) -> None:
        if self.flow.read_paused:  # the application is slow, not the client
            self._wait_for_request()
        else:
            self.transport.abort()


class Gathered:
    """A transport that sends in one piece what is written in one turn of the event loop.

    Without it a reply's head wakes the client, which then competes with this
    thread for the interpreter while the body is still to be written: calls in
    one process take half as long again.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._parts: list[bytes] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Send with all else that is written before the loop turns."""
        if not self._parts:
            self._loop.call_soon(self._flush)
        self._parts.append(data)

    def close(self) -> None:
        """Close after what was written."""
        self._flush()
        self._transport.close()

    def abort(self) -> None:
        """Close at once, and forget what was written in this turn."""
        self._parts.clear()
        self._transport.abort()

    def _flush(self) -> None:
        parts, self._parts = self._parts, []
        if parts and not self._transport.is_closing():
            self._transport.write(b"".join(parts))


def _send_at_once(transport: asyncio.Transport) -> None:
    """Switch Nagle's algorithm off: a body would wait 40 ms for the head to be acknowledged.

    asyncio does it only for sockets that were made with IPPROTO_TCP named.
    """
    connected = transport.get_extra_info("socket")
    if connected is not None and connected.family in (socket.AF_INET, socket.AF_INET6):
        connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


async def _refuse(send: Any) -> None:
    body = json.dumps(_BUSY).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", b"1"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 503, "headers": headers})
    await send({"type": "http.response.body", "body": body})
