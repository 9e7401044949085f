"""Answer at /v1/chat/completions, whole or as a stream, and keep what is to be stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp

from autograder.provider.bounds import spoken
from autograder.provider.faults.plan import CALM, Injection
from autograder.provider.prompt import Prompt
from autograder.provider.store import Shelf, StoredReply
from autograder.provider.wire.body import checked, read, read_object
from autograder.provider.wire.call import Draft, draft_of
from autograder.provider.wire.chat_events import chunks
from autograder.provider.wire.chat_object import completion_of
from autograder.provider.wire.errors import ApiError
from autograder.provider.wire.listing import cursor, listed
from autograder.provider.wire.request import ChatRequest, Metadata, prompt_of
from autograder.provider.wire.rules import check
from autograder.provider.wire.sse import Late, Stream, dumped

if TYPE_CHECKING:
    from autograder.provider.engine import Answer, Provider

__all__ = ["routes"]

_LONG = 256 * 1024  # bytes of a body from which the answer is worked out beside the event loop
_PATH = "/v1/chat/completions"


class UpdateRequest(BaseModel):
    """The body of POST /v1/chat/completions/{completion_id}."""

    model_config = ConfigDict(extra="forbid", strict=True)

    metadata: Metadata | None


def routes(provider: Provider) -> list[BaseRoute]:
    """Return the routes of chat completions."""
    desk, shelf = _Desk(provider), _Shelf(provider)
    one = f"{_PATH}/{{completion_id}}"
    return [
        Route(_PATH, desk.create, methods=["POST"]),
        Route(_PATH, shelf.list, methods=["GET"]),
        Route(one, shelf.retrieve, methods=["GET"]),
        Route(one, shelf.update, methods=["POST"]),
        Route(one, shelf.delete, methods=["DELETE"]),
        Route(f"{one}/messages", shelf.messages, methods=["GET"]),
    ]


class _Desk:
    """Where completions are made."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def create(self, request: Request) -> ASGIApp:
        """Answer a chat request."""
        draft = draft_of(request.scope)
        asked = self._asked(await read_object(request))
        prompt = prompt_of(asked)
        card = self._provider.card(asked.model)
        check(asked, card)
        if not draft.batch:
            self._provider.limiter.charge(draft, card, _estimate(prompt))
        injection: Injection = request.scope["state"].get("fault", CALM)
        answer = await self._answer(asked.model, prompt, injection, draft.size)
        shown = self._shown(asked, answer, injection, draft)
        if asked.store:
            self._provider.store.chats.put(shown["id"], _stored(asked, shown), draft.size)
        return self._reply(asked, answer, shown, injection, draft)

    def _asked(self, body: dict[str, Any]) -> ChatRequest:
        if body.get("model") is None:
            raise ApiError(400, "you must provide a model parameter")
        return checked(ChatRequest, body)

    async def _answer(self, model: str, prompt: Prompt, injection: Injection, size: int) -> Answer:
        if size < _LONG:
            return self._provider.answer(model, prompt, injection)
        return await asyncio.to_thread(self._provider.answer, model, prompt, injection)

    def _shown(
        self, asked: ChatRequest, answer: Answer, injection: Injection, draft: Draft
    ) -> dict[str, Any]:
        model = answer.card.version
        if injection.version and asked.model in self._provider.cards:
            model = asked.model  # a change that is silent keeps the dated name
        shown = completion_of(asked, answer, model, draft.request_id, draft.received)
        draft.model = asked.model
        draft.version = answer.card.version
        draft.reply = shown
        draft.completions = answer.completions
        draft.usage = answer.usage
        draft.price = answer.price
        draft.first_token = answer.pace.first_token
        draft.streamed = bool(asked.stream)
        return shown

    def _reply(
        self,
        asked: ChatRequest,
        answer: Answer,
        shown: dict[str, Any],
        injection: Injection,
        draft: Draft,
    ) -> ASGIApp:
        lengths = [spoken(said) - said.reasoning_tokens for said in answer.completions]

        def gone(made: int) -> None:
            done = sum(min(made, length) for length in lengths)
            draft.usage, draft.price = self._provider.partial(answer, done, injection)

        if asked.stream:
            events = chunks(shown, asked, answer.completions)
            return Stream(self._provider, answer.pace, events, gone)
        response = Response(dumped(shown), media_type="application/json")
        if draft.batch:
            return response
        return Late(response, self._provider.clock, answer.pace, max(lengths), gone)


class _Shelf:
    """Where stored completions lie."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._kept = provider.store.chats

    async def retrieve(self, request: Request) -> Response:
        """Show a stored completion."""
        return _json(self._wanted(request).shown)

    async def update(self, request: Request) -> Response:
        """Replace a stored completion's metadata."""
        found = self._wanted(request)
        asked = await read(request, UpdateRequest)
        shown = {**found.shown, "metadata": asked.metadata or {}}
        self._kept.put(shown["id"], StoredReply(shown, found.input))
        return _json(shown)

    async def delete(self, request: Request) -> Response:
        """Forget a stored completion."""
        name = self._wanted(request).shown["id"]
        self._kept.drop(name)
        return _json({"id": name, "object": "chat.completion.deleted", "deleted": True})

    async def list(self, request: Request) -> Response:
        """List stored completions, oldest first, by model and metadata where that is asked."""
        query = request.query_params
        wanted = {
            name.removeprefix("metadata[").removesuffix("]"): value
            for name, value in query.items()
            if name.startswith("metadata[")
        }

        def fits(found: StoredReply) -> bool:
            shown = found.shown
            model = str(query.get("model", shown["model"]))
            return model == shown["model"] and wanted.items() <= dict(shown["metadata"]).items()

        page = cursor(request, limit=20, most=100, order="asc")
        return _json(listed(self._kept, page, lambda found: found.shown, fits))

    async def messages(self, request: Request) -> Response:
        """List the messages that a stored completion answered."""
        found = self._wanted(request)
        items: Shelf[dict[str, Any]] = Shelf(len(found.input) + 1)
        for item in found.input:
            items.put(item["id"], item)
        page = cursor(request, limit=20, most=100, order="asc")
        return _json(listed(items, page, lambda item: item))

    def _wanted(self, request: Request) -> StoredReply:
        name = request.path_params["completion_id"]
        found = self._kept.get(name)
        if found is None:
            raise ApiError(
                404, f"Chat completion with id '{name[:200]}' not found.", code="not_found"
            )
        return found


def _stored(asked: ChatRequest, shown: dict[str, Any]) -> StoredReply:
    messages = tuple(
        {
            "id": f"{shown['id']}-{number}",
            "role": turn.role,
            "content": turn.text or None,
            "name": turn.name,
            "content_parts": None,
        }
        for number, turn in enumerate(asked.messages)
    )
    return StoredReply({**shown, "metadata": asked.metadata or {}}, messages)


def _estimate(prompt: Prompt) -> int:
    """Return the tokens that the limits count: four characters each, or the most of the reply."""
    characters = sum(len(message.text) for message in prompt.messages)
    return max(characters // 4, prompt.max_tokens or 0, 1)


def _json(shown: dict[str, Any]) -> Response:
    return Response(dumped(shown), media_type="application/json")
