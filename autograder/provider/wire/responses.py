"""Answer at /v1/responses: items in, items out, with the state of a conversation kept here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Scope

from autograder.provider import tokens
from autograder.provider.completion import Pace
from autograder.provider.faults.plan import CALM, Injection
from autograder.provider.prompt import Message, Prompt
from autograder.provider.store import Shelf
from autograder.provider.wire.body import read
from autograder.provider.wire.call import Draft, draft_of
from autograder.provider.wire.conversations import Conversations, Turn
from autograder.provider.wire.errors import ApiError
from autograder.provider.wire.listing import cursor, listed
from autograder.provider.wire.response_events import events
from autograder.provider.wire.response_items import sealed
from autograder.provider.wire.response_object import begun, filled, item_id, usage_of
from autograder.provider.wire.response_request import (
    CompactRequest,
    CountRequest,
    ResponseRequest,
    prompt_of,
)
from autograder.provider.wire.response_rules import check
from autograder.provider.wire.sse import Late, Stream, event

if TYPE_CHECKING:
    from autograder.provider.card import Card
    from autograder.provider.engine import Answer, Provider

__all__ = ["routes"]

_LONG: Final = 256 * 1024  # bytes of a body from which the answer is worked out in a thread
_SUMMARISE: Final = "Summarize the conversation so far in three sentences."


def routes(provider: Provider) -> list[BaseRoute]:
    """Return the routes of /v1/responses; background responses run in the event loop."""
    desk = _Desk(provider)
    return [
        Route("/v1/responses", desk.create, methods=["POST"]),
        Route("/v1/responses/input_tokens", desk.count, methods=["POST"]),
        Route("/v1/responses/compact", desk.compact, methods=["POST"]),
        Route("/v1/responses/{response_id}", desk.retrieve, methods=["GET"]),
        Route("/v1/responses/{response_id}", desk.delete, methods=["DELETE"]),
        Route("/v1/responses/{response_id}/cancel", desk.cancel, methods=["POST"]),
        Route("/v1/responses/{response_id}/input_items", desk.input_items, methods=["GET"]),
    ]


class _Desk:
    """The handlers, and the background responses that are under way."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._conversations = Conversations(provider)
        self._kept = provider.store.responses
        self._running: set[asyncio.Task[None]] = set()

    async def create(self, request: Request) -> ASGIApp:
        """Answer a conversation: whole, as a stream, or in the background."""
        asked = await read(request, ResponseRequest)
        draft = draft_of(request.scope)
        injection = _injection_of(request.scope)
        turn = self._conversations.turn(asked, draft.request_id)
        card = self._provider.card(asked.model)
        prompt = self._fitting(asked, card, prompt_of(asked, turn.read))
        check(asked, card, prompt)
        if not draft.batch:
            size = tokens.count_messages(prompt.messages, prompt.tools)
            self._provider.limiter.charge(draft, card, max(size, prompt.max_tokens or 0))
        answer = await self._answer(asked.model, prompt, injection, draft.size)
        shown = self._shown(asked, answer, injection, draft)
        _note(draft, asked, answer, shown)
        if asked.background and not asked.stream:
            return self._in_background(draft, answer, shown, turn)
        self._conversations.keep(shown, turn, draft.size)

        def gone(made: int) -> None:
            draft.usage, draft.price = self._provider.partial(answer, made, injection)

        if asked.stream:
            return Stream(self._provider, answer.pace, _sent(shown), gone)
        response = JSONResponse(shown)
        if draft.batch:
            return response
        count = answer.usage.completion - answer.usage.reasoning
        return Late(response, self._provider.clock, answer.pace, count, gone)

    async def count(self, request: Request) -> Response:
        """Count the tokens that a request would send to a model."""
        asked = await read(request, CountRequest)
        prompt = prompt_of(
            asked, self._conversations.turn(asked, draft_of(request.scope).request_id).read
        )
        check(asked, self._provider.card(asked.model), prompt)
        size = tokens.count_messages(prompt.messages, prompt.tools)
        return JSONResponse({"object": "response.input_tokens", "input_tokens": size})

    async def compact(self, request: Request) -> Response:
        """Put one item, with the users' messages and a summary, in the place of a conversation."""
        asked = await read(request, CompactRequest)
        draft = draft_of(request.scope)
        prompt = prompt_of(asked, self._conversations.turn(asked, draft.request_id).read)
        closing = Message("user", _SUMMARISE)
        said = [one.text for one in prompt.messages if one.role == "user"]
        prompt = replace(prompt, messages=(*prompt.messages, closing))
        injection = _injection_of(request.scope)
        answer = await self._answer(asked.model, prompt, injection, draft.size)
        compaction = {
            "id": item_id("cmp", draft.request_id),
            "type": "compaction",
            "encrypted_content": sealed("\n".join([*said, answer.text])),
        }
        shown = {
            "id": item_id("resp", draft.request_id),
            "object": "response.compaction",
            "created_at": int(self._provider.clock.now()),
            "output": [compaction],
            "usage": usage_of(answer.usage),
        }
        _note(draft, asked, answer, shown)
        return JSONResponse(shown)

    async def retrieve(self, request: Request) -> ASGIApp:
        """Show a stored response again, or stream it again."""
        shown = self._conversations.wanted(request.path_params["response_id"]).shown
        if request.query_params.get("stream") != "true":
            return JSONResponse(shown)
        if shown["status"] in ("queued", "in_progress"):
            raise ApiError(400, "This response is still in progress and cannot be streamed yet.")
        after = request.query_params.get("starting_after", "-1")
        if not after.removeprefix("-").isdecimal() or len(after) > 9:
            raise ApiError(400, "Invalid 'starting_after': expected an integer.")
        sent = list(_sent(shown))[int(after) + 1 :]
        return Stream(self._provider, Pace(0.0, 0.0), sent, lambda made: None)

    async def delete(self, request: Request) -> Response:
        """Forget a stored response."""
        response_id = self._conversations.wanted(request.path_params["response_id"]).shown["id"]
        self._kept.drop(response_id)
        return JSONResponse({"id": response_id, "object": "response", "deleted": True})

    async def cancel(self, request: Request) -> Response:
        """Stop a response in the background; one that has ended is shown as it is."""
        reply = self._conversations.wanted(request.path_params["response_id"])
        if not reply.shown["background"]:
            raise ApiError(400, "Cannot cancel a synchronous response.")
        if reply.shown["status"] in ("queued", "in_progress"):
            reply = replace(reply, shown={**reply.shown, "status": "cancelled"})
            self._kept.put(reply.shown["id"], reply)
        return JSONResponse(reply.shown)

    async def input_items(self, request: Request) -> Response:
        """List what a response was made from."""
        reply = self._conversations.wanted(request.path_params["response_id"])
        items: Shelf[dict[str, Any]] = Shelf(len(reply.history) + len(reply.input) + 1)
        for item in (*reply.history, *reply.input):
            items.put(item["id"], item)
        page = cursor(request, limit=20, most=100)
        return JSONResponse(listed(items, page, lambda item: item))

    def _fitting(self, asked: ResponseRequest, card: Card, prompt: Prompt) -> Prompt:
        """Leave out the oldest messages where truncation is wanted and the window is too small."""
        room = card.context_window - (asked.max_output_tokens or 0)
        while asked.truncation == "auto" and len(prompt.messages) > 1:
            if tokens.count_messages(prompt.messages, prompt.tools) <= room:
                break
            kept = prompt.messages[1:]
            # A tool's result without its call is no conversation.
            while len(kept) > 1 and kept[0].role == "tool":
                kept = kept[1:]
            prompt = replace(prompt, messages=kept)
        return prompt

    async def _answer(self, model: str, prompt: Prompt, injection: Injection, size: int) -> Answer:
        try:
            if size < _LONG:
                return self._provider.answer(model, prompt, injection)
            return await asyncio.to_thread(self._provider.answer, model, prompt, injection)
        except ApiError as err:
            if err.code != "context_length_exceeded":
                raise
            raise ApiError(
                400,
                "Your input exceeds the context window of this model. Please adjust your input "
                "and try again.",
                code=err.code,
                param="input",
            ) from None

    def _shown(
        self, asked: ResponseRequest, answer: Answer, injection: Injection, draft: Draft
    ) -> dict[str, Any]:
        now = self._provider.clock.now()
        model = answer.card.version
        if injection.version and asked.model in self._provider.cards:
            model = asked.model  # a change that is silent keeps the dated name
        empty = begun(asked, item_id("resp", draft.request_id), model, now)
        return filled(empty, answer.completions[0], answer.usage, now, asked.include or ())

    def _in_background(
        self, draft: Draft, answer: Answer, shown: dict[str, Any], turn: Turn
    ) -> Response:
        queued = {
            **shown,
            "status": "queued",
            "output": [],
            "usage": None,
            "completed_at": None,
            "incomplete_details": None,
        }
        self._conversations.keep(queued, turn, draft.size)
        task = asyncio.create_task(self._finish(shown, answer.seconds))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return JSONResponse(queued)

    async def _finish(self, shown: dict[str, Any], seconds: float) -> None:
        """Put the whole response in the place of the queued one when its time has come."""
        with self._provider.clock.working():
            await self._provider.clock.sleep(seconds)
        reply = self._kept.get(shown["id"])
        if reply is not None and reply.shown["status"] == "queued":
            ended = {**shown}
            if ended["status"] == "completed":
                ended["completed_at"] = int(self._provider.clock.now())
            self._kept.put(shown["id"], replace(reply, shown=ended))


def _injection_of(scope: Scope) -> Injection:
    """Return what the fault plan wants; a line of a batch meets no fault."""
    found: Injection = scope["state"].get("fault", CALM)
    return found


def _sent(shown: dict[str, Any]) -> Sequence[tuple[int, bytes]]:
    return [(made, event(one, one["type"])) for made, one in events(shown)]


def _note(
    draft: Draft, asked: CountRequest | CompactRequest, answer: Answer, shown: dict[str, Any]
) -> None:
    draft.model, draft.version = asked.model, answer.card.version
    draft.completions, draft.usage, draft.price = answer.completions, answer.usage, answer.price
    draft.first_token = answer.pace.first_token
    draft.streamed = bool(getattr(asked, "stream", False))
    draft.reply = shown
