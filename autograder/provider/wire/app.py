"""The provider as an ASGI application: routes, the gate before them, a record of each call."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.routing import BaseRoute, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from autograder.provider.wire.call import Draft
from autograder.provider.wire.errors import ApiError
from autograder.provider.wire.headers import ORGANIZATION, VERSION, decoded, encoded, sent_headers
from autograder.provider.wire.limits import capped

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["application"]

_LOG = logging.getLogger("autograder.provider")
_NO_KEY = (
    "You didn't provide an API key. You need to provide your API key in an Authorization header "
    "using Bearer auth (i.e. Authorization: Bearer YOUR_KEY). The practice provider takes any key."
)


def application(provider: Provider, extra: Iterable[BaseRoute] = ()) -> ASGIApp:
    """Return the ASGI application that serves a provider.

    From outside in: the clock that clients may sleep on; the recorder, which
    gives each request its id and headers, turns an `ApiError` into its body and
    writes the ledger; the injected faults; the gate, which wants a key and caps
    the body; the routes.
    """
    from autograder.provider.faults import middleware
    from autograder.provider.timekeeper import Timekeeper

    router = Router([*_routes(provider), *extra], redirect_slashes=False, default=_unknown_url)
    recorded = _Recorder(middleware(_Gate(router, provider), provider), provider)
    return Timekeeper(recorded, provider)


def _routes(provider: Provider) -> list[BaseRoute]:
    from autograder.provider.wire import (
        batches,
        chat,
        description,
        embeddings,
        files,
        models,
        moderations,
        responses,
    )

    resources = (chat, responses, embeddings, models, files, batches, moderations, description)
    return [route for resource in resources for route in resource.routes(provider)]


async def _unknown_url(scope: Scope, receive: Receive, send: Send) -> None:
    raise ApiError(404, f"Invalid URL ({scope['method']} {scope['path']})")


class _Gate:
    """Let a request under /v1 pass that has a key and a body of an allowed size."""

    def __init__(self, app: ASGIApp, provider: Provider) -> None:
        self._app = app
        self._refused = provider.refused_keys

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/v1/"):
            self._check_key(scope)
        scope["app"] = self  # then Starlette raises where a method is not allowed
        await self._app(scope, capped(scope, receive), send)

    def _check_key(self, scope: Scope) -> None:
        given = dict(scope["headers"]).get(b"authorization", b"").decode("latin-1")
        scheme, _, key = given.partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not key:
            raise ApiError(401, _NO_KEY)
        if key in self._refused:
            raise ApiError(
                401, f"Incorrect API key provided: {_masked(key)}.", code="invalid_api_key"
            )


def _masked(key: str) -> str:
    return key if len(key) < 12 else f"{key[:4]}{'*' * (len(key) - 8)}{key[-4:]}"


class _Recorder:
    """Give each request an id, its reply the headers, and the ledger the call."""

    def __init__(self, app: ASGIApp, provider: Provider) -> None:
        self._app = app
        self._provider = provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        draft = self._draft(scope)
        scope.setdefault("state", {})["call"] = draft
        sender = _Sender(draft, self._provider, scope, send)

        async def receive_and_note() -> Message:
            message = await receive()
            draft.take(message.get("body", b""))
            return message

        try:
            with self._provider.clock.working():
                await self._answer(scope, receive_and_note, sender)
        finally:
            sender.write_down()

    def _draft(self, scope: Scope) -> Draft:
        number, request_id = self._provider.next_request()
        return Draft(
            number=number,
            request_id=request_id,
            method=scope["method"],
            path=scope["path"],
            received=self._provider.clock.now(),
            headers=sent_headers(scope),
        )

    async def _answer(self, scope: Scope, receive: Receive, sender: _Sender) -> None:
        try:
            await self._app(scope, receive, sender)
        except ApiError as err:
            await sender.refuse(err)
        except HTTPException as err:
            await sender.refuse(_from_starlette(err, scope))
        except (ClientDisconnect, OSError):
            return  # nobody is there to answer
        except Exception:
            _LOG.exception("%s %s failed", scope["method"], scope["path"])
            await sender.refuse(
                ApiError(
                    500,
                    "The server had an error while processing your request. Sorry about that!",
                    "server_error",
                )
            )


class _Sender:
    """Send a reply with the headers it wants, note what left, and write the ledger.

    That happens just before a reply's last byte leaves: whoever has a reply
    finds its call in the ledger.
    """

    def __init__(self, draft: Draft, provider: Provider, scope: Scope, send: Send) -> None:
        self._draft = draft
        self._clock = provider.clock
        self._ledger = provider.ledger
        self._written = False
        self._transport = scope.get("extensions", {}).get("rungs.transport")
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._draft.status = message["status"]
            message["headers"] = [*message.get("headers", ()), *encoded(self._headers())]
            self._draft.reply_headers = decoded(message["headers"])
        elif message["type"] == "http.response.body":
            self._draft.size += len(message.get("body", b""))
            if not message.get("more_body", False):
                gone = self._transport is not None and self._transport.is_closing()
                self._draft.delivered = not gone
                self.write_down()
        await self._send(message)

    def write_down(self) -> None:
        """Append the call to the ledger, once."""
        if not self._written:
            self._written = True
            self._ledger.append(self._draft.call(self._clock.now()))

    async def refuse(self, err: ApiError) -> None:
        """Answer with an error, unless a reply has already begun."""
        if self._draft.status:
            if self._transport is not None:
                self._transport.abort()
            return
        self._draft.reply = err.shown
        self._draft.executed = False
        headers = [("content-type", "application/json"), ("content-length", str(len(err.body)))]
        start = {
            "type": "http.response.start",
            "status": err.status,
            "headers": encoded([*headers, *err.headers]),
        }
        await self(start)
        await self({"type": "http.response.body", "body": err.body})

    def _headers(self) -> list[tuple[str, str]]:
        spent = self._clock.now() - self._draft.received
        return [
            ("x-request-id", self._draft.request_id),
            ("openai-organization", ORGANIZATION),
            ("openai-processing-ms", str(round(1000 * max(spent, 0.0)))),
            ("openai-version", VERSION),
            *self._draft.to_send,
        ]


def _from_starlette(err: HTTPException, scope: Scope) -> ApiError:
    if err.status_code != 405:
        return ApiError(err.status_code, err.detail)
    return ApiError(
        405,
        f"Not allowed to {scope['method']} on {scope['path']}. "
        "(HINT: Perhaps you meant to use a different HTTP method?)",
        headers=(err.headers or {}).items(),
    )
