"""Describe what is served as an OpenAPI 3.1 document, at GET /openapi.json.

Requests are described by the records that check them, replies by the types of
the openai package, so neither can drift from what the wire does. What the
document names is what is served: a test compares it with the routes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

from openai.types import Model
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from autograder.provider.wire.files import PURPOSES
from autograder.provider.wire.moderations import ModerationRequest
from autograder.provider.wire.operations import OPERATIONS, Operation

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["described", "routes"]

_REF: Final = "#/components/schemas/{model}"
_ERRORS: Final = {
    400: "The request is malformed or contradicts itself",
    401: "There is no key, or it is refused",
    403: "The model does not do this",
    404: "There is no such object or model",
    409: "The object is not in a state for this",
    413: "The body is too large",
    415: "The body is not JSON",
    429: "A limit per minute is reached, or a fault says so",
    500: "A fault says so",
    503: "Too many streams, models that are not installed, or a fault",
}


def routes(provider: Provider) -> list[BaseRoute]:
    """Return the route of /openapi.json; the document is made on the first request."""

    async def show(request: Request) -> Response:
        names = tuple(sorted({*provider.cards, *provider.aliases}))
        return JSONResponse(await run_in_threadpool(described, names))

    return [Route("/openapi.json", show, methods=["GET"])]


@lru_cache(maxsize=4)
def described(models: tuple[str, ...]) -> dict[str, Any]:
    """Return the OpenAPI document for models of these names, versions and aliases."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The practice provider",
            "version": "1",
            "description": "A simulation of a model API: a real wire format over models whose "
            "behaviour is small, seeded and published.",
        },
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": _schemas(models),
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "parameters": list(_parameters(operation)),
        "responses": {
            "200": _reply(operation),
            **{str(status): _error(words) for status, words in _ERRORS.items()},
        },
    }
    if operation.request == "form":
        shown["requestBody"] = {"required": True, "content": {"multipart/form-data": _FORM}}
    elif isinstance(operation.request, type):
        schema = {"schema": _ref(operation.request.__name__)}
        shown["requestBody"] = {"required": True, "content": {"application/json": schema}}
    return shown


def _parameters(operation: Operation) -> Iterator[dict[str, Any]]:
    if operation.parameter:
        schema = {"type": "string", "minLength": 1}
        yield {"name": operation.parameter, "in": "path", "required": True, "schema": schema}
    for name in operation.query:
        yield {"name": name, "in": "query", "schema": _query(operation, name)}


def _query(operation: Operation, name: str) -> dict[str, Any]:
    most = 10_000 if operation.name == "listFiles" else 100
    known: Mapping[str, dict[str, Any]] = {
        "limit": {"type": "integer", "minimum": 1, "maximum": most},
        "after": {"type": "string"},
        "order": {"enum": ["asc", "desc"]},
        "purpose": {"type": "string"},
        "stream": {"type": "boolean"},
        "starting_after": {"type": "integer", "minimum": 0, "maximum": 99_999_999},
    }
    return known[name]


def _reply(operation: Operation) -> dict[str, Any]:
    shown: dict[str, Any] = {"description": operation.summary}
    if operation.reply == "bytes":
        shown["content"] = {"application/octet-stream": {"schema": {"type": "string"}}}
        return shown
    shown["content"] = {"application/json": {"schema": _schema(operation.reply)}}
    if operation.streams:
        shown["content"]["text/event-stream"] = {"schema": _EVENT}
    if operation.links:
        by_name = {one.name: one for one in OPERATIONS}
        shown["links"] = {
            name: {
                "operationId": name,
                "parameters": {by_name[name].parameter: "$response.body#/id"},
            }
            for name in operation.links
        }
    return shown


def _schema(reply: type[BaseModel] | str) -> dict[str, Any]:
    if isinstance(reply, type):
        return _ref(reply.__name__)
    return _ref("Deleted") if reply == "deleted" else _page(reply.removeprefix("page of "))


def _page(of: str) -> dict[str, Any]:
    item = _ref(of)
    if of in _LOOSE:
        item = {"type": "object", "required": list(_LOOSE[of])}
    return {
        "type": "object",
        "required": ["object", "data"],
        "properties": {
            "object": {"const": "list"},
            "data": {"type": "array", "items": item},
            "first_id": {"type": ["string", "null"]},
            "last_id": {"type": ["string", "null"]},
            "has_more": {"type": "boolean"},
        },
    }


def _error(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": _ref("Error")}}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": _REF.format(model=name)}


def _schemas(models: tuple[str, ...]) -> dict[str, Any]:
    """Return every schema that the paths refer to, and what those refer to."""
    replies = {one.reply for one in OPERATIONS if isinstance(one.reply, type)} | {Model}
    requests = {one.request for one in OPERATIONS if isinstance(one.request, type)}
    modes: list[tuple[type[BaseModel], Literal["serialization", "validation"]]] = [
        *((one, "serialization") for one in sorted(replies, key=lambda one: one.__name__)),
        *((one, "validation") for one in sorted(requests, key=lambda one: one.__name__)),
    ]
    made: dict[str, Any] = models_json_schema(modes, ref_template=_REF)[1]["$defs"]
    made["Error"], made["Deleted"] = _ERROR, _DELETED
    # The type says what the client makes of it: in base64 it is text on the wire.
    vector = made["Embedding"]["properties"]
    vector["embedding"] = {"anyOf": [vector["embedding"], {"type": "string"}]}
    for request in requests - {ModerationRequest}:
        if "model" in request.model_fields:
            made[request.__name__]["properties"]["model"] = {"enum": list(models)}
    return made


_FORM: Final = {
    "schema": {
        "type": "object",
        "required": ["file", "purpose"],
        "properties": {
            "file": {"type": "string", "contentMediaType": "application/octet-stream"},
            "purpose": {"enum": list(PURPOSES)},
            "expires_after[anchor]": {"const": "created_at"},
            "expires_after[seconds]": {"type": "integer", "minimum": 3_600, "maximum": 2_592_000},
        },
    }
}
# What the SDK's types describe too narrowly: items that were sent, messages of every role.
_LOOSE: Final = {"item": ("id", "type"), "message": ("id", "role", "content")}
_EVENT: Final = {  # each of the events
    "type": "object",
    "required": ["data"],
    "properties": {
        "event": {"type": "string"},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}
_DELETED: Final = {
    "type": "object",
    "required": ["id", "object", "deleted"],
    "properties": {
        "id": {"type": "string"},
        "object": {"type": "string"},
        "deleted": {"const": True},
    },
}
_ERROR: Final = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string"},
                "type": {"type": "string"},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"]},
            },
        }
    },
}
