"""The input file of a batch: JSON lines, each one request, checked before anything runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

__all__ = ["ENDPOINTS", "MOST_LINES", "Line", "LineFault", "lines"]

ENDPOINTS: Final = ("/v1/responses", "/v1/chat/completions", "/v1/embeddings")
MOST_LINES: Final = 50_000
_MOST_FAULTS: Final = 100


@dataclass(frozen=True)
class Line:
    """One request of a batch."""

    custom_id: str
    body: dict[str, Any]


@dataclass(frozen=True)
class LineFault:
    """Why a batch fails validation; `line` counts from 1 and is None for the file as a whole."""

    code: str
    message: str
    line: int | None = None
    param: str | None = None

    @property
    def shown(self) -> dict[str, Any]:
        """Return it as a batch shows it."""
        return {
            "code": self.code,
            "message": self.message,
            "param": self.param,
            "line": self.line,
        }


def lines(content: bytes, endpoint: str) -> tuple[list[Line], list[LineFault]]:
    """Return the requests of a file and what is wrong with it; either list is empty."""
    texts = content.splitlines()
    while texts and not texts[-1].strip():
        texts.pop()
    if not texts:
        message = "The batch input file is empty. Please ensure that it contains one request."
        return [], [LineFault("empty_file", message)]
    if len(texts) > MOST_LINES:
        message = f"The batch contains too many tasks. The maximum is {MOST_LINES}."
        return [], [LineFault("too_many_tasks", message)]
    found: list[Line] = []
    faults: list[LineFault] = []
    for number, text in enumerate(texts, start=1):
        read = _line(text, endpoint, number)
        if isinstance(read, Line):
            found.append(read)
        else:
            faults.append(read)
        if len(faults) == _MOST_FAULTS:
            break
    faults.extend(_across(found) if not faults else ())
    return ([], faults) if faults else (found, [])


def _line(text: bytes, endpoint: str, number: int) -> Line | LineFault:
    try:
        read = json.loads(text.decode())
        # Half a surrogate pair is no text.
        json.dumps(read, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return LineFault("invalid_json_line", "This line is not parseable as valid JSON.", number)
    if not isinstance(read, dict):
        return LineFault("invalid_json_line", "This line is not a JSON object.", number)
    wrong = _fault(read, endpoint)
    if wrong is not None:
        param, code, message = wrong
        return LineFault(code, message, number, param)
    return Line(read["custom_id"], read["body"])


def _fault(read: dict[str, Any], endpoint: str) -> tuple[str, str, str] | None:
    """Return the parameter, code and message of the first thing that is wrong with a line."""
    for name in ("custom_id", "method", "url", "body"):
        if name not in read:
            return name, "missing_required_parameter", f"Missing required parameter: '{name}'."
    if not isinstance(read["custom_id"], str) or not read["custom_id"]:
        return "custom_id", "invalid_type", "The custom_id must be a string with characters."
    if read["method"] != "POST":
        return "method", "invalid_method", "The HTTP method must be POST."
    if read["url"] != endpoint:
        return (
            "url",
            "invalid_url",
            "The URL provided for this request does not match the batch endpoint.",
        )
    if not isinstance(read["body"], dict):
        return "body", "invalid_type", "The body must be a JSON object."
    if read["body"].get("stream"):
        return "body.stream", "invalid_value", "Streaming is not supported in batches."
    if not isinstance(read["body"].get("model"), str):
        return "body.model", "missing_required_parameter", "Missing required parameter: 'model'."
    return None


def _across(found: list[Line]) -> Iterator[LineFault]:
    """Yield the faults that only a comparison of lines shows."""
    first = found[0].body["model"]
    seen: set[str] = set()
    for number, line in enumerate(found, start=1):
        if line.custom_id in seen:
            yield LineFault(
                "duplicate_custom_id",
                "The custom_id for this request is a duplicate of another request. The custom_id "
                "parameter must be unique for each request in a batch.",
                number,
                "custom_id",
            )
        if line.body["model"] != first:
            yield LineFault(
                "mismatched_model",
                f"This request asks for the model '{line.body['model'][:200]}', the first one for "
                f"'{first[:200]}'. A batch serves one model.",
                number,
                "body.model",
            )
        seen.add(line.custom_id)
