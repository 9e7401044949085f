"""An endpoint that is not the practice provider: it keeps what it is asked, and answers briefly."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Self, cast

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from autograder.provider.clock import WallClock
from autograder.provider.server import LOOPBACK, Server, _bound

__all__ = ["Elsewhere"]


@dataclass(frozen=True)
class Asked:
    """What arrived."""

    path: str
    model: str
    key: str


_MESSAGE = {"role": "assistant", "content": "hello"}
_REPLIES: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {
        "object": "chat.completion",
        "choices": [{"index": 0, "message": _MESSAGE, "finish_reason": "stop"}],
    },
    "/v1/responses": {"object": "response", "output": []},
    "/v1/embeddings": {
        "object": "list",
        "data": [{"object": "embedding", "index": 0, "embedding": [1.0]}],
    },
}


class Elsewhere:
    """Serve three resources on loopback."""

    def __init__(self) -> None:
        self.calls: list[Asked] = []
        routes = [Route(path, self._answer, methods=["POST"]) for path in _REPLIES]
        owner = cast(Any, SimpleNamespace(clock=WallClock()))
        self._server = Server(owner, Starlette(routes=routes), _bound(LOOPBACK, 0))
        self.base_url = self._server.base_url

    async def _answer(self, request: Request) -> Response:
        body = await request.json()
        key = request.headers.get("authorization", "")
        self.calls.append(Asked(request.url.path, body["model"], key))
        return JSONResponse({"id": "x", "model": body["model"], **_REPLIES[request.url.path]})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._server.close()
