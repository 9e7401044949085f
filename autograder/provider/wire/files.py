"""Keep uploaded files at /v1/files, in memory: what batches read and what they write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from autograder.provider.store import StoredFile
from autograder.provider.wire.call import draft_of
from autograder.provider.wire.errors import ApiError, invalid_value, missing
from autograder.provider.wire.listing import cursor, listed
from autograder.provider.wire.multipart import Part, parts
from autograder.provider.wire.response_object import item_id

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["MOST_BYTES", "PURPOSES", "routes", "stored", "write"]

PURPOSES: Final = ("assistants", "batch", "fine-tune", "vision", "user_data")
MOST_BYTES: Final = 64 * 2**20  # of all files together
_READABLE: Final = frozenset({"batch", "batch_output", "fine-tune"})
_EXPIRES: Final = ("expires_after[anchor]", "expires_after[seconds]")
_SECONDS: Final = range(3_600, 2_592_001)  # an hour to 30 days


def routes(provider: Provider) -> list[BaseRoute]:
    """Return the routes of /v1/files."""

    async def create(request: Request) -> Response:
        form = await _form(request)
        return JSONResponse(_uploaded(provider, form, draft_of(request.scope).request_id))

    async def index(request: Request) -> Response:
        purpose = request.query_params.get("purpose", "")
        page = cursor(request, limit=10_000, most=10_000)
        _forget_expired(provider)
        return JSONResponse(
            listed(
                provider.store.files,
                page,
                lambda file: file.shown,
                lambda file: purpose in ("", file.shown["purpose"]),
            )
        )

    async def retrieve(request: Request) -> Response:
        return JSONResponse(_wanted(provider, request).shown)

    async def content(request: Request) -> Response:
        file = _wanted(provider, request)
        if file.shown["purpose"] not in _READABLE:
            raise ApiError(400, f"Not allowed to download files of purpose: {_purpose(file)}")
        return Response(file.content, media_type="application/octet-stream")

    async def delete(request: Request) -> Response:
        file_id = _wanted(provider, request).shown["id"]
        provider.store.files.drop(file_id)
        return JSONResponse({"id": file_id, "object": "file", "deleted": True})

    return [
        Route("/v1/files", create, methods=["POST"]),
        Route("/v1/files", index, methods=["GET"]),
        Route("/v1/files/{file_id}", retrieve, methods=["GET"]),
        Route("/v1/files/{file_id}", delete, methods=["DELETE"]),
        Route("/v1/files/{file_id}/content", content, methods=["GET"]),
    ]


def stored(provider: Provider, file_id: str) -> StoredFile | None:
    """Return a file that exists and has not expired."""
    _forget_expired(provider)
    return provider.store.files.get(file_id)


def write(
    provider: Provider,
    key: str,
    name: str,
    purpose: str,
    content: bytes,
    expires_in: int | None = None,
) -> dict[str, Any]:
    """Keep a file and return its object; `key` makes its id. Refuse what no longer fits."""
    _forget_expired(provider)
    held = sum(len(file.content) for file in provider.store.files.values())
    if held + len(content) > MOST_BYTES:
        raise ApiError(
            413,
            f"The practice provider keeps {MOST_BYTES} bytes of files, of which {held} are taken. "
            "Delete files with DELETE /v1/files/{file_id}.",
        )
    at = int(provider.clock.now())
    file_id = item_id("file", key, purpose)[:29].replace("_", "-")
    shown = {
        "id": file_id,
        "object": "file",
        "bytes": len(content),
        "created_at": at,
        "expires_at": None if expires_in is None else at + expires_in,
        "filename": name,
        "purpose": purpose,
        "status": "processed",
        "status_details": None,
    }
    provider.store.files.put(file_id, StoredFile(shown, content))
    return shown


async def _form(request: Request) -> dict[str, Part]:
    try:
        found = parts(request.headers.get("content-type", ""), await request.body())
    except ValueError as err:
        raise ApiError(400, f"Could not parse multipart form: {err}.") from None
    return {part.name: part for part in found}


def _uploaded(provider: Provider, form: dict[str, Part], key: str) -> dict[str, Any]:
    if "file" not in form:
        raise missing("file")
    if "purpose" not in form:
        raise missing("purpose")
    file, purpose = form["file"], _value(form["purpose"])
    if purpose not in PURPOSES:
        known = ", ".join(repr(one) for one in PURPOSES)
        raise ApiError(400, f"'{purpose[:200]}' is not one of [{known}] - 'purpose'")
    name = file.filename or "upload"
    if purpose == "batch" and not name.endswith(".jsonl"):
        raise ApiError(400, "Invalid file format for Batch API. Must be .jsonl")
    return write(provider, key, name, purpose, file.content, _expires_in(form))


def _expires_in(form: dict[str, Part]) -> int | None:
    anchor, seconds = (_value(form[name]) if name in form else None for name in _EXPIRES)
    if anchor is None and seconds is None:
        return None
    if anchor != "created_at":
        raise invalid_value(
            "Invalid value for 'expires_after[anchor]'. Supported values are: 'created_at'.",
            "expires_after[anchor]",
        )
    if not _decimal(seconds) or int(seconds or 0) not in _SECONDS:
        raise invalid_value(
            f"Invalid 'expires_after[seconds]': expected an integer from {_SECONDS[0]} to "
            f"{_SECONDS[-1]}.",
            "expires_after[seconds]",
        )
    return int(seconds or 0)


def _decimal(text: str | None) -> bool:
    return text is not None and len(text) < 10 and text.isdecimal()


def _value(part: Part) -> str:
    return part.content.decode("utf-8", "replace")


def _wanted(provider: Provider, request: Request) -> StoredFile:
    file_id = request.path_params["file_id"]
    file = stored(provider, file_id)
    if file is None:
        raise ApiError(404, f"No such File object: {file_id[:200]}", param="id")
    return file


def _purpose(file: StoredFile) -> str:
    return str(file.shown["purpose"])


def _forget_expired(provider: Provider) -> None:
    now = provider.clock.now()
    for file in provider.store.files.values():
        expires = file.shown["expires_at"]
        if expires is not None and expires <= now:
            provider.store.files.drop(file.shown["id"])
