"""Act out faults of the transport around an ASGI application, on the real socket.

It stands inside the recorder, which writes the ledger, and outside everything
else. The socket comes from `connection.Connection`, by which the provider is
served: without it a dropped socket is an OSError, and the server decides what
that looks like.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autograder.provider.clock import Clock
from autograder.provider.faults.bodies import damaged
from autograder.provider.faults.events import END, Events, finishes, shape
from autograder.provider.faults.plan import CALM, Fault, Request
from autograder.provider.faults.replies import reply
from autograder.provider.race import first
from autograder.provider.wire.call import Draft, draft_of

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["middleware"]

_MOST_READ = 4 * 2**20
"""Bytes of a body beyond which a request meets no fault."""

_REFUSING = 0.02  # seconds on the provider's clock until a status replies
_STRIKE = 3  # events of a stream that leave before its socket is cut or falls silent


def middleware(app: ASGIApp, provider: Provider) -> ASGIApp:
    """Wrap an application so that requests under /v1 meet `provider.faults`."""

    async def faulty(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"]["fault"] = CALM
        if not provider.faults.rules or not scope["path"].startswith("/v1/"):
            await app(scope, receive, send)
            return
        draft = draft_of(scope)
        body, again = await _read(receive)
        if len(body) >= _MOST_READ:
            await app(scope, again, send)
            return
        draft.body = _parsed(body)  # for the ledger, where the application never reads it
        request = _request(scope, draft, provider.clock.now())
        draft.model, draft.streamed = request.model, request.stream
        injection = provider.faults.next(request)
        scope["state"]["fault"] = injection
        draft.fault = injection.name
        if injection.fault is None or injection.behaviour:
            await app(scope, again, send)
        else:
            exchange = _Exchange(app, scope, again, receive, send, provider.clock, draft)
            await _ACTS[injection.fault.known.place](exchange, injection.fault)

    return faulty


@dataclass
class _Exchange:
    """One request on its way through, with what is needed to disturb it.

    `receive` gives the request's body once more, `socket` only what comes after
    it. Once `over` is set, the application learns that its client has gone.
    """

    app: ASGIApp
    scope: Scope
    receive: Receive
    socket: Receive
    send: Send
    clock: Clock
    draft: Draft
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, send: Send | None = None) -> None:
        """Let the application answer."""
        await self.app(self.scope, self._receive, send or self.send)

    async def hold(self, seconds: float) -> None:
        """Keep the socket open and silent until the client closes it, at most for `seconds`."""
        await first(self.clock.hold(seconds), self.closed())

    def close(self, end: str) -> None:
        """Close the socket, by TCP reset or by an ordinary end after what was written."""
        transport = self.scope.get("extensions", {}).get("rungs.transport")
        if transport is None:
            raise ConnectionAbortedError("an injected fault dropped the connection")
        if end == "reset":
            _reset(transport)
        else:
            transport.close()

    async def _receive(self) -> Message:
        message: Message = {"type": "http.disconnect"}

        async def next_() -> None:
            nonlocal message
            message = await self.receive()

        if not self.over.is_set():
            await first(next_(), self.over.wait())
        return message

    async def closed(self) -> None:
        """Return when the client has closed the socket."""
        while (await self.socket())["type"] != "http.disconnect":
            pass


async def _status(exchange: _Exchange, fault: Fault) -> None:
    exchange.draft.executed = False
    await exchange.clock.sleep(_REFUSING)
    made = reply(fault, exchange.clock.now())
    headers = [*made.headers, ("content-length", str(len(made.body)))]
    await exchange.send(
        {
            "type": "http.response.start",
            "status": made.status,
            "headers": [(name.encode(), value.encode()) for name, value in headers],
        }
    )
    await exchange.send({"type": "http.response.body", "body": made.body})


async def _connection(exchange: _Exchange, fault: Fault) -> None:
    await _CONNECTIONS[fault.kind](exchange, fault)


async def _timeout(exchange: _Exchange, fault: Fault) -> None:
    exchange.draft.executed = False
    await exchange.hold(fault.length)
    exchange.close("fin")


async def _slow(exchange: _Exchange, fault: Fault) -> None:
    await first(exchange.clock.pause(fault.length), exchange.closed())
    await exchange.run()


async def _drop(exchange: _Exchange, fault: Fault) -> None:
    exchange.draft.executed = False
    exchange.close(fault.end)


async def _lost(exchange: _Exchange, fault: Fault) -> None:
    async def swallow(message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body", False):
            exchange.over.set()

    await exchange.run(swallow)
    exchange.close(fault.end)


async def _half(exchange: _Exchange, fault: Fault) -> None:
    """Let half of the reply leave; then cut the socket, or stall and close it."""
    events = Events()
    number = 0

    async def part(body: bytes) -> None:
        await exchange.send({"type": "http.response.body", "body": body, "more_body": True})

    async def halve(message: Message) -> None:
        nonlocal number
        if exchange.over.is_set():
            return
        if message["type"] == "http.response.start":
            await exchange.send(message)
            return
        body: bytes = message.get("body", b"")
        if not (events.seen or message.get("more_body", False)):
            await part(body[: len(body) // 2])
            exchange.over.set()
            return
        for event in events.feed(body):
            number += 1
            strikes = number > _STRIKE or finishes(event)
            await part(event[: len(event) // 2] if strikes else event)
            if strikes:
                exchange.over.set()
                return

    await exchange.run(halve)
    if fault.kind == "stall":
        await exchange.hold(fault.length)
        exchange.close("fin")
    else:
        exchange.close(fault.end)


async def _body(exchange: _Exchange, fault: Fault) -> None:
    """Collect a reply, damage its body where it is a success, and send it with its new length."""
    start: Message = {}
    parts: list[bytes] = []

    async def collect(message: Message) -> None:
        nonlocal start
        if message["type"] == "http.response.start":
            start = message
            return
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            body = b"".join(parts)
            if start["status"] == 200:
                body = damaged(fault.kind, body)
            await exchange.send({**start, "headers": _with_length(start["headers"], len(body))})
            await exchange.send({"type": "http.response.body", "body": body})

    await exchange.run(collect)


async def _stream(exchange: _Exchange, fault: Fault) -> None:
    """Damage a stream of events; an error reply passes as it is."""
    events, damage = Events(), shape(fault.kind)
    number = 0
    passes = False

    async def write(body: bytes, more: bool) -> None:
        await exchange.send({"type": "http.response.body", "body": body, "more_body": more})
        await asyncio.sleep(0)

    async def forward(message: Message) -> None:
        nonlocal number, passes
        if message["type"] == "http.response.start":
            passes = message["status"] != 200
        if passes or message["type"] != "http.response.body":
            await exchange.send(message)
            return
        for event in events.feed(message.get("body", b"")):
            for piece in damage(number, event):
                if exchange.over.is_set():
                    return
                await write(piece, more=piece != END)
                if piece == END:
                    exchange.over.set()
            number += 1
        if not message.get("more_body", False) and not exchange.over.is_set():
            await write(b"", more=False)

    await exchange.run(forward)


def _with_length(headers: list[tuple[bytes, bytes]], length: int) -> list[tuple[bytes, bytes]]:
    others = [(name, value) for name, value in headers if name.lower() != b"content-length"]
    return [*others, (b"content-length", str(length).encode())]


def _reset(transport: asyncio.Transport) -> None:
    """Close a socket so that the other side reads ECONNRESET instead of an end."""
    connected = transport.get_extra_info("socket")
    if connected is not None:
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


async def _read(receive: Receive) -> tuple[bytes, Receive]:
    """Read a body, and return it with a `receive` that gives it once more."""
    messages: list[Message] = []
    body = b""
    while len(body) < _MOST_READ:
        message = await receive()
        messages.append(message)
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    waiting = iter(messages)

    async def again() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return body, again


def _request(scope: Scope, draft: Draft, at: float) -> Request:
    found = draft.body if isinstance(draft.body, dict) else {}
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    return Request(
        path=scope["path"],
        digest=draft.digest,
        at=at,
        model=str(found.get("model", "")),
        stream=found.get("stream") is True,
        tools=bool(found.get("tools")),
        schema=bool(found.get("response_format") or found.get("text")),
        key=headers.get(b"authorization", "").removeprefix("Bearer "),
        tenant=headers.get(b"openai-project") or headers.get(b"openai-organization", ""),
        region=headers.get(b"x-practice-region", ""),
    )


def _parsed(body: bytes) -> Any:
    """Return the JSON of a body, None where there is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


_Act = Callable[[_Exchange, Fault], Coroutine[Any, Any, None]]
_ACTS: dict[str, _Act] = {
    "status": _status,
    "connection": _connection,
    "body": _body,
    "stream": _stream,
}
_CONNECTIONS: dict[str, _Act] = {
    "timeout": _timeout,
    "slow": _slow,
    "drop": _drop,
    "lost": _lost,
    "cut": _half,
    "stall": _half,
}
