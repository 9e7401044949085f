"""The work of a batch: each line through the same routes as a request that came alone."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

from starlette.types import ASGIApp, Message, Scope

from autograder.provider.completion import Usage
from autograder.provider.prices import price
from autograder.provider.wire.batch_input import Line, LineFault, lines
from autograder.provider.wire.call import Draft
from autograder.provider.wire.errors import ApiError
from autograder.provider.wire.files import write
from autograder.provider.wire.response_object import item_id, usage_of

if TYPE_CHECKING:
    from autograder.provider.engine import Provider

__all__ = ["FINALIZING", "LINE", "VALIDATING", "run"]

VALIDATING: Final = 2.0  # seconds on the provider's clock
LINE: Final = 0.5  # seconds that each line takes; `_AT_ONCE` go side by side
FINALIZING: Final = 1.0
_AT_ONCE: Final = 32
_LOG = logging.getLogger("autograder.provider")


@dataclass
class _Work:
    """One batch while it runs; `shown` is the object that clients see, changed as it goes."""

    provider: Provider
    app: ASGIApp
    shown: dict[str, Any]
    written: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {"output": [], "error": []}
    )
    usage: list[Usage] = field(default_factory=list)

    def enter(self, status: str) -> None:
        """Move to a status and note when."""
        self.shown["status"] = status
        self.shown[f"{status}_at"] = int(self.provider.clock.now())

    @property
    def ending(self) -> bool:
        """Tell whether no further line is to run."""
        return self.shown["status"] == "cancelling" or self.late

    @property
    def late(self) -> bool:
        """Tell whether the completion window is over."""
        return bool(self.provider.clock.now() >= self.shown["expires_at"])


async def run(provider: Provider, app: ASGIApp, shown: dict[str, Any], content: bytes) -> None:
    """Take a batch from validating to its end; `app` answers the lines."""
    work = _Work(provider, app, shown)
    try:
        found = await _validated(work, content)
        if found is not None:
            await _answered(work, found)
            await _finished(work)
    except Exception:
        _LOG.exception("batch %s failed", shown["id"])
        _fail(work, [LineFault("server_error", "The server had an error. Sorry about that!")])


async def _validated(work: _Work, content: bytes) -> list[Line] | None:
    with work.provider.clock.working():
        found, faults = lines(content, work.shown["endpoint"])
        model = found[0].body["model"] if found else ""
        version = _version(work, model)
        if found and version is None:
            message = f"The provided model '{model[:200]}' is not supported by the Batch API."
            faults = [LineFault("model_not_found", message, 1, "body.model")]
        await work.provider.clock.sleep(VALIDATING)
    work.shown["request_counts"]["total"] = len(found)
    if faults:
        _fail(work, faults)
        return None
    work.shown["model"] = version
    return found


def _version(work: _Work, model: str) -> str | None:
    try:
        kind: Literal["chat", "embedding"] = "chat"
        if work.shown["endpoint"] == "/v1/embeddings":
            kind = "embedding"
        return work.provider.card(model, kind).version
    except ApiError:
        return None


async def _answered(work: _Work, found: Sequence[Line]) -> None:
    """Answer every line, some at once; a cancelled or late batch leaves the rest."""
    if not work.ending:
        work.enter("in_progress")
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(line: Line) -> None:
        async with places:
            if work.late:
                _keep(work, line, "", None, {"code": "batch_expired", "message": _EXPIRED})
            elif not work.ending:
                await _answer(work, line)

    await asyncio.gather(*(one(line) for line in found))


_EXPIRED: Final = "This request could not be executed before the completion window expired."


async def _answer(work: _Work, line: Line) -> None:
    provider = work.provider
    with provider.clock.working():
        await provider.clock.sleep(LINE)
        number, request_id = provider.next_request()
        path = work.shown["endpoint"]
        draft = Draft(
            number=number,
            request_id=request_id,
            method="POST",
            path=path,
            received=provider.clock.now(),
            headers={"practice-batch": work.shown["id"]},
            batch=True,
        )
        draft.status, body = await _called(work.app, path, line.body, draft)
        draft.delivered = True
        if draft.usage is not None:
            draft.price = price(draft.version, draft.usage, draft.received, batch=True)
            work.usage.append(draft.usage)
        provider.ledger.append(draft.call(provider.clock.now()))
    _keep(work, line, request_id, {"status_code": draft.status, "body": body}, None)


async def _called(
    app: ASGIApp, path: str, body: dict[str, Any], draft: Draft
) -> tuple[int, dict[str, Any]]:
    """Return the status and the body with which the routes answer one line."""
    sent: list[Message] = []
    content = json.dumps(body).encode()
    draft.take(content)
    asked: list[Message] = [{"type": "http.request", "body": content}]

    async def receive() -> Message:
        if not asked:
            await asyncio.Event().wait()  # nobody hangs up on a batch
        return asked.pop()

    async def send(message: Message) -> None:
        sent.append(message)

    try:
        await app(_scope(path, draft), receive, send)
    except ApiError as err:
        draft.reply = err.shown
        return err.status, err.shown
    status = next(one["status"] for one in sent if one["type"] == "http.response.start")
    written = b"".join(one.get("body", b"") for one in sent)
    return status, json.loads(written)


def _scope(path: str, draft: Draft) -> Scope:
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
        "extensions": {},
        "state": {"call": draft},
    }


def _keep(
    work: _Work,
    line: Line,
    request_id: str,
    response: dict[str, Any] | None,
    error: dict[str, Any] | None,
) -> None:
    """Write a line's result to the file where it belongs, and count it."""
    right = response is not None and response["status_code"] < 400
    work.shown["request_counts"]["completed" if right else "failed"] += 1
    work.written["output" if right else "error"].append(
        {
            "id": item_id("batch_req", work.shown["id"], line.custom_id)[:34],
            "custom_id": line.custom_id,
            "response": response and {"request_id": request_id, **response},
            "error": error,
        }
    )


async def _finished(work: _Work) -> None:
    with work.provider.clock.working():
        if not work.ending:
            work.enter("finalizing")
        await work.provider.clock.sleep(FINALIZING)
    for kind, results in work.written.items():
        if results:
            work.shown[f"{kind}_file_id"] = _written(work, kind, results)["id"]
    work.shown["usage"] = _total(work.usage)
    if work.shown["status"] == "cancelling":
        work.enter("cancelled")
    else:
        work.enter("expired" if work.late else "completed")


def _written(work: _Work, kind: str, results: list[dict[str, Any]]) -> dict[str, Any]:
    batch_id = work.shown["id"]
    content = b"".join(json.dumps(result).encode() + b"\n" for result in results)
    after = work.shown.get("output_expires_after") or {}
    name = f"{batch_id}_{kind}.jsonl"
    return write(
        work.provider,
        f"{batch_id}/{kind}",
        name,
        "batch_output",
        content,
        after.get("seconds"),
    )


def _total(usage: Sequence[Usage]) -> dict[str, Any]:
    total = Usage(
        prompt=sum(one.prompt for one in usage),
        completion=sum(one.completion for one in usage),
        cached=sum(one.cached for one in usage),
        cache_written=sum(one.cache_written for one in usage),
        reasoning=sum(one.reasoning for one in usage),
    )
    return usage_of(total)


def _fail(work: _Work, faults: Sequence[LineFault]) -> None:
    work.shown["errors"] = {"object": "list", "data": [fault.shown for fault in faults]}
    work.enter("failed")
