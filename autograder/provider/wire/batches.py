"""Answer many requests of a file at half the price, later, at /v1/batches."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, Router

from autograder.provider.wire.batch_run import run
from autograder.provider.wire.body import read
from autograder.provider.wire.call import draft_of
from autograder.provider.wire.chat import routes as chat_routes
from autograder.provider.wire.embeddings import routes as embedding_routes
from autograder.provider.wire.errors import ApiError
from autograder.provider.wire.files import stored
from autograder.provider.wire.listing import cursor, listed
from autograder.provider.wire.request import Metadata
from autograder.provider.wire.response_object import item_id
from autograder.provider.wire.responses import routes as response_routes

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["BatchRequest", "routes"]

_WINDOW: Final = 24 * 3600  # seconds
_CANCELLABLE: Final = ("validating", "in_progress", "finalizing", "cancelling")


class _ExpiresAfter(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    anchor: Literal["created_at"]
    seconds: Annotated[int, Field(ge=3_600, le=2_592_000)]


class BatchRequest(BaseModel):
    """The body of POST /v1/batches."""

    model_config = ConfigDict(extra="forbid", strict=True)

    input_file_id: str
    endpoint: Literal["/v1/responses", "/v1/chat/completions", "/v1/embeddings"]
    completion_window: Literal["24h"]
    metadata: Metadata | None = None
    output_expires_after: _ExpiresAfter | None = None


def routes(provider: Provider) -> list[BaseRoute]:
    """Return the routes of /v1/batches; batches run in the background of the event loop."""
    inner = Router(
        [*chat_routes(provider), *response_routes(provider), *embedding_routes(provider)]
    )
    running: set[asyncio.Task[None]] = set()  # the loop alone would not keep them alive
    batches = provider.store.batches

    async def create(request: Request) -> Response:
        asked = await read(request, BatchRequest)
        file = stored(provider, asked.input_file_id)
        if file is None or file.shown["purpose"] != "batch":
            raise _unusable(asked.input_file_id, found=file is not None)
        shown = _begun(provider, asked, draft_of(request.scope).request_id)
        batches.put(shown["id"], shown)
        reply = JSONResponse(shown)
        task = asyncio.create_task(run(provider, inner, shown, file.content))
        running.add(task)
        task.add_done_callback(running.discard)
        return reply

    async def index(request: Request) -> Response:
        page = cursor(request, limit=20, most=100)
        return JSONResponse(listed(batches, page, lambda shown: shown))

    async def retrieve(request: Request) -> Response:
        return JSONResponse(_wanted(provider, request))

    async def cancel(request: Request) -> Response:
        shown = _wanted(provider, request)
        if shown["status"] not in _CANCELLABLE:
            raise ApiError(409, f"Cannot cancel a batch with status '{shown['status']}'.")
        shown["status"] = "cancelling"
        shown["cancelling_at"] = shown["cancelling_at"] or int(provider.clock.now())
        return JSONResponse(shown)

    return [
        Route("/v1/batches", create, methods=["POST"]),
        Route("/v1/batches", index, methods=["GET"]),
        Route("/v1/batches/{batch_id}", retrieve, methods=["GET"]),
        Route("/v1/batches/{batch_id}/cancel", cancel, methods=["POST"]),
    ]


def _begun(provider: Provider, asked: BatchRequest, key: str) -> dict[str, Any]:
    at = int(provider.clock.now())
    ends = ("in_progress", "finalizing", "completed", "failed", "expired")
    after = asked.output_expires_after
    return {
        "id": item_id("batch", key)[:38],
        "object": "batch",
        "endpoint": asked.endpoint,
        "model": None,
        "errors": None,
        "input_file_id": asked.input_file_id,
        "completion_window": asked.completion_window,
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": at,
        "expires_at": at + _WINDOW,
        **{f"{status}_at": None for status in (*ends, "cancelling", "cancelled")},
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "usage": None,
        "metadata": asked.metadata,
        "output_expires_after": after.model_dump() if after else None,
    }


def _unusable(file_id: str, found: bool) -> ApiError:
    if found:
        return ApiError(
            400, f"The file {file_id[:200]} has the wrong purpose: a batch needs 'batch'."
        )
    return ApiError(400, f"No such File object: {file_id[:200]}", param="input_file_id")


def _wanted(provider: Provider, request: Request) -> dict[str, Any]:
    batch_id = request.path_params["batch_id"]
    shown = provider.store.batches.get(batch_id)
    if shown is None:
        raise ApiError(404, f"No batch found with id '{batch_id[:200]}'.", param="batch_id")
    return shown
