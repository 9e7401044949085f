"""The replies that stand for a fault: error bodies, HTML pages, and how long to wait."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from email.utils import formatdate
from typing import Final

from autograder.provider.faults.plan import Fault

__all__ = ["Reply", "reply"]

_HTML: Final = b"""<html>\r
<head><title>502 Bad Gateway</title></head>\r
<body>\r
<center><h1>502 Bad Gateway</h1></center>\r
<hr><center>practice-proxy</center>\r
</body>\r
</html>\r
"""
_PORTAL: Final = b"<!doctype html><html><title>Sign in</title><p>Sign in to the network.</html>\n"
_TEXTS: Final = {  # message, type, code
    "400": ("Invalid request.", "invalid_request_error", None),
    "401": ("Incorrect API key provided.", "invalid_request_error", "invalid_api_key"),
    "403": ("You are not allowed to use this model.", "invalid_request_error", "forbidden"),
    "404": ("The model does not exist.", "invalid_request_error", "model_not_found"),
    "408": ("Request timed out.", "timeout", None),
    "409": ("The resource is being changed by another request.", "conflict_error", None),
    "413": ("Request too large.", "invalid_request_error", "request_too_large"),
    "429": ("Rate limit reached for requests.", "requests", "rate_limit_exceeded"),
    "quota": (
        "You exceeded your current quota, please check your plan and billing details.",
        "insufficient_quota",
        "insufficient_quota",
    ),
    "503": ("The engine is currently overloaded, please try again later.", "server_error", None),
    "529": ("Overloaded.", "overloaded_error", None),
}
_REFUSED: Final = ("Invalid request.", "invalid_request_error", None)
_FAILED: Final = ("The server had an error while processing your request.", "server_error", None)


@dataclass(frozen=True)
class Reply:
    """A whole HTTP reply; header names are lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def reply(fault: Fault, now: float) -> Reply:
    """Return the reply of a fault whose place is "status", at a time on the provider's clock."""
    extra = (*_wait(fault, now), *_advice(fault))
    if fault.kind == "html-502":
        return Reply(502, (("content-type", "text/html"), *extra), _HTML)
    if fault.kind == "html-200":
        return Reply(200, (("content-type", "text/html; charset=utf-8"), *extra), _PORTAL)
    status = 429 if fault.kind == "quota" else int(fault.kind)
    headers = (("content-type", "application/json"), *extra)
    return Reply(status, headers, _body(fault.kind, status))


def error(kind: str, status: int) -> dict[str, object]:
    """Return the error object that the API gives for a kind or status."""
    message, type_, code = _TEXTS.get(kind, _REFUSED if status < 500 else _FAILED)
    return {"error": {"message": message, "type": type_, "param": None, "code": code}}


def _body(kind: str, status: int) -> bytes:
    return json.dumps(error(kind, status), indent=2).encode()


def _advice(fault: Fault) -> tuple[tuple[str, str], ...]:
    return () if fault.retry is None else (("x-should-retry", str(fault.retry).lower()),)


def _wait(fault: Fault, now: float) -> tuple[tuple[str, str], ...]:
    """Write the wait in its form; whole seconds are rounded up, so that none comes early."""
    if fault.form == "none" or not fault.length:
        return ()
    if fault.form == "ms":
        return (("retry-after-ms", str(math.ceil(fault.length * 1000))),)
    if fault.form == "date":
        return (("retry-after", formatdate(math.ceil(now + fault.length), usegmt=True)),)
    return (("retry-after", str(math.ceil(fault.length))),)
