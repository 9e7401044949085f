"""What the placeholders in openai-python's own tests stand for, put in before the provider.

Those tests were generated for a mock server that answers any request which fits
the published schema: they ask for the response "resp_677e...", name the model
"gpt-6-astra", set `max_tokens` to 0, and create responses from an empty body.
The real API refuses such requests, and so does the provider. This application
stands in front of it and replaces each placeholder by what it stands for: an id
by the id of an object that it has just made through the same API, a value out
of bounds by none; a model's name becomes an alias. What comes back is the
provider's, unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.types import Message, Receive, Scope, Send

from autograder.provider.engine import Provider
from autograder.provider.wire.app import application

__all__ = ["Placeholders"]

CHAT, RESPONSES, EMBEDDINGS = "/v1/chat/completions", "/v1/responses", "/v1/embeddings"
MODELS = {
    "gpt-6-astra": "practice-large",
    "text-embedding-3-small": "practice-embed",
    "model": "practice-large",
}
TUNED = "ft:gpt-4o-mini:acemeco:suffix:abc123"
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
# Parameters of features that the provider does not have.
UNSERVED = (
    "access_programs",
    "audio",
    "background_options",
    "context_management",
    "conversation",
    "image",
    "moderation",
    "personality",
    "prompt",
    "web_search_options",
)


class Placeholders:
    """Answer the SDK's tests with a provider's application."""

    def __init__(self, provider: Provider) -> None:
        self._app = application(provider)
        self._aliases = provider.aliases
        for name, model in MODELS.items():
            self._aliases[name] = self._aliases[model]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "DELETE" and scope["path"] == f"/v1/models/{TUNED}":
            self._aliases[TUNED] = self._aliases["practice-small"]
        path = await self._path(scope["path"])
        query = _query(scope["query_string"].decode())
        scope = {**scope, "path": path, "raw_path": path.encode(), "query_string": query.encode()}
        if scope["method"] == "POST" and _is_json(scope):
            body = json.loads(await _body(receive) or b"{}")
            content = json.dumps(await self._json(path, body)).encode()
            scope["headers"] = [one for one in scope["headers"] if one[0] != b"content-length"]
            receive = _replay(content, receive)
        await self._app(scope, receive, send)

    async def _path(self, path: str) -> str:
        """Put an id that exists in the place of a path's placeholder."""
        steps = path.split("/")
        made = self._made(steps)
        if made is not None:
            place, make = made
            steps[place] = (await make())["id"]
        return "/".join(steps)

    def _made(self, steps: list[str]) -> tuple[int, Callable[[], Any]] | None:
        match steps[2:]:
            case ["files", _, *_]:
                return 3, self._file
            case ["batches", _, *_]:
                return 3, self._batch
            case ["chat", "completions", _, *_]:
                return 4, self._completion
            case ["responses", "input_tokens" | "compact"]:
                return None
            case ["responses", _, "cancel"]:
                return 3, lambda: self._response(background=True)
            case ["responses", _, *_]:
                return 3, self._response
        return None

    async def _json(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Put what exists in the place of what a body names."""
        if body.get("model") == "omni-moderation-2024-09-26":
            body["model"] = "practice-moderation"
        if path in (RESPONSES, f"{RESPONSES}/input_tokens", f"{RESPONSES}/compact"):
            body = {"model": "practice-large", "input": "string", **body}
        if "previous_response_id" in body:
            body["previous_response_id"] = (await self._response())["id"]
        if "input_file_id" in body:
            body["input_file_id"] = (await self._file())["id"]
        if path in (CHAT, RESPONSES, f"{RESPONSES}/input_tokens"):
            return _sensible(body)
        if path == EMBEDDINGS and body.get("encoding_format") == "base64":
            # The SDK asks for it by itself, and its strict client refuses it when it comes.
            del body["encoding_format"]
        return {name: value for name, value in body.items() if name not in UNSERVED}

    async def _completion(self) -> dict[str, Any]:
        # The SDK's type of a stored message knows no other role; the real API returns them all.
        messages = [{"role": "assistant", "content": "string"}]
        body = {"model": "practice-small", "messages": messages, "store": True}
        return await self._post(CHAT, json.dumps(body).encode(), "application/json")

    async def _response(self, background: bool = False) -> dict[str, Any]:
        body = {"model": "practice-small", "input": "string", "background": background}
        return await self._post(RESPONSES, json.dumps(body).encode(), "application/json")

    async def _file(self) -> dict[str, Any]:
        line = {
            "custom_id": "one",
            "method": "POST",
            "url": RESPONSES,
            "body": {"model": "practice-small", "input": "string"},
        }
        form = (
            '--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
            '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\n'
            f"{json.dumps(line)}\r\n--x--\r\n"
        )
        return await self._post("/v1/files", form.encode(), "multipart/form-data; boundary=x")

    async def _batch(self) -> dict[str, Any]:
        body = {
            "input_file_id": (await self._file())["id"],
            "endpoint": RESPONSES,
            "completion_window": "24h",
        }
        return await self._post("/v1/batches", json.dumps(body).encode(), "application/json")

    async def _post(self, path: str, content: bytes, kind: str) -> dict[str, Any]:
        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        async def receive() -> Message:
            return {"type": "http.request", "body": content}

        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": "POST",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": [(b"content-type", kind.encode()), (b"authorization", b"Bearer test")],
        }
        await self._app(scope, receive, send)
        made: dict[str, Any] = json.loads(b"".join(one.get("body", b"") for one in sent))
        assert sent[0]["status"] == 200, made
        return made


def _sensible(body: dict[str, Any]) -> dict[str, Any]:
    """Leave out what contradicts the rest, and what the provider does not have."""
    kept = {name: value for name, value in body.items() if name not in UNSERVED}
    for name in ("max_tokens", "max_completion_tokens", "max_tool_calls"):
        if kept.get(name) == 0:
            del kept[name]
    if not kept.get("stream"):
        kept.pop("stream_options", None)
    if "tools" in kept:  # the current name of `functions`
        kept.pop("functions", None)
        kept.pop("function_call", None)
        kept["tools"] = [_tool(tool) for tool in kept["tools"]]
    if "logit_bias" in kept:
        kept["logit_bias"] = {"0": 0}
    return kept


def _tool(tool: dict[str, Any]) -> dict[str, Any]:
    if "function" in tool:
        return {**tool, "function": {**tool["function"], "parameters": SCHEMA}}
    known = ("type", "name", "strict", "description")
    return {**{name: tool[name] for name in known if name in tool}, "parameters": SCHEMA}


def _query(query: str) -> str:
    """Leave out a cursor that no object has, and a limit below the smallest."""
    out = (("after", "after"), ("limit", "0"))
    return urlencode([pair for pair in parse_qsl(query) if pair not in out])


def _is_json(scope: Scope) -> bool:
    kind = dict(scope["headers"]).get(b"content-type", b"application/json")
    return bool(kind.startswith(b"application/json"))


async def _body(receive: Receive) -> bytes:
    content, more = b"", True
    while more:
        message = await receive()
        content += message.get("body", b"")
        more = message.get("more_body", False)
    return content


def _replay(content: bytes, receive: Receive) -> Receive:
    """Return `receive` that gives `content` first."""
    waiting: list[Message] = [{"type": "http.request", "body": content}]

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again
