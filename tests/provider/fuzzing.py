"""Requests that schemathesis makes of the provider's own description, sent over a real socket."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

__all__ = ["MODES", "Fuzzer", "quiet_log"]

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
# Left out: `positive_data_acceptance`, because a request can fit its schema and contradict itself
# or name what does not exist; `ignored_auth`, because any key is accepted, as the document says.
CHECKS: Any = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    allow_header_conformance,
]
HEADERS = {"authorization": "Bearer practice"}
QUESTION = "The relay is numbered 41. What number has the relay? Answer in JSON."
# Requests that are answered; the fuzzer adds to them, so that more than the first rule is reached.
VALID: dict[str, dict[str, Any]] = {
    "/v1/chat/completions": {
        "model": "practice-large",
        "messages": [{"role": "user", "content": QUESTION}],
    },
    "/v1/responses": {"model": "practice-large", "input": QUESTION},
    "/v1/responses/compact": {"model": "practice-large", "input": QUESTION},
    "/v1/responses/input_tokens": {"model": "practice-large", "input": QUESTION},
    "/v1/embeddings": {"model": "practice-embed", "input": "The relay is numbered 41."},
    "/v1/moderations": {"input": "The relay is numbered 41."},
}


@dataclass
class Fuzzer:
    """Send what is generated and check what comes back; `statuses` counts it by operation."""

    base_url: str
    document: dict[str, Any]
    examples: int
    derandomize: bool
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def operations(self) -> list[Any]:
        """Return every operation of the document; the key is given and not generated."""
        schema = schemathesis.openapi.from_dict({**self.document, "security": []})
        return [found.ok() for found in schema.get_all_operations()]

    def run(self, operation: Any, mode: GenerationMode, session: requests.Session) -> None:
        """Send `examples` requests to one operation, valid or invalid ones by the mode.

        Any text is a valid id: where a path's parameter is all there is, none is invalid.
        """
        if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
            return

        @self._settings()
        @given(case=operation.as_strategy(generation_mode=mode))
        def one(case: Case) -> None:
            self._send(operation, case, session)

        one()

    def run_nearly_valid(self, operation: Any, session: requests.Session) -> None:
        """Send requests that were answered, with one or two generated parameters or a true id."""
        ids = self._made(session)
        batch = {"input_file_id": ids["file_id"], "endpoint": "/v1/responses"}
        good = {**VALID, "/v1/batches": {**batch, "completion_window": "24h"}}
        base = good.get(operation.path) if operation.method == "post" else None
        if base is None and not any(f"{{{name}}}" in operation.path for name in ids):
            return
        names = sorted(_properties(operation, self.document) - set(base or ()))

        @self._settings()
        @given(
            case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
            kept=st.sets(st.sampled_from(names or ["none"]), max_size=2),
        )
        def one(case: Case, kept: set[str]) -> None:
            if base is not None and isinstance(case.body, dict):
                case.body = base | {k: v for k, v in case.body.items() if k in kept}
            for name in set(ids) & set(case.path_parameters or ()):
                case.path_parameters[name] = ids[name]
            self._send(operation, case, session)

        one()

    def _send(self, operation: Any, case: Case, session: requests.Session) -> None:
        answer = case.call(base_url=self.base_url, session=session, headers=HEADERS, timeout=20)
        self.statuses[(operation.label, answer.status_code)] += 1
        case.validate_response(answer, checks=CHECKS)

    def _made(self, session: requests.Session) -> dict[str, str]:
        """Return ids of objects that exist, by the parameter that takes them."""

        def post(path: str, **sent: Any) -> str:
            answer = session.post(self.base_url + path, headers=HEADERS, timeout=20, **sent)
            return str(answer.json()["id"])

        chat, response = "/v1/chat/completions", "/v1/responses"
        line = {"custom_id": "1", "method": "POST", "url": response, "body": VALID[response]}
        file = {"file": ("a.jsonl", json.dumps(line))}
        file_id = post("/v1/files", files=file, data={"purpose": "batch"})
        batch = {"input_file_id": file_id, "endpoint": response, "completion_window": "24h"}
        return {
            "completion_id": post(chat, json=VALID[chat] | {"store": True}),
            "response_id": post(response, json=VALID[response] | {"background": True}),
            "file_id": file_id,
            "batch_id": post("/v1/batches", json=batch),
            "model": "practice-small",
        }

    def run_bytes(self, path: str, session: requests.Session) -> None:
        """Send bytes that are nearly, or not at all, the JSON that a path expects."""

        @self._settings()
        @given(content=_nearly_json())
        def one(content: bytes) -> None:
            answer = session.post(
                f"{self.base_url}{path}",
                data=content,
                headers={**HEADERS, "content-type": "application/json"},
                timeout=20,
            )
            self.statuses[(f"bytes {path}", answer.status_code)] += 1
            assert 400 <= answer.status_code < 500, (content, answer.text)
            assert set(answer.json()["error"]) == {"message", "type", "param", "code"}

        one()

    def _settings(self) -> Any:
        return settings(
            max_examples=self.examples,
            derandomize=self.derandomize,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )


def _properties(operation: Any, document: dict[str, Any]) -> set[str]:
    """Return the names of an operation's body."""
    described = document["paths"][operation.path][operation.method]
    content = described.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    return set(document["components"]["schemas"].get(name, {}).get("properties", ()))


def _nearly_json() -> st.SearchStrategy[bytes]:
    """Return bodies of every kind of JSON but a valid request, and bytes around them."""
    values = st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4)
        ),
        max_leaves=12,
    )
    names = st.sampled_from(["model", "input", "messages", "tools", "stream", "purpose"])
    bodies = values | st.dictionaries(names, values, min_size=1)
    written = bodies.map(lambda value: json.dumps(value).encode("utf-8", "surrogatepass"))
    nested = st.integers(1, 100_000).map(lambda depth: b'{"input":' + b"[" * depth)
    cut = st.tuples(written, st.integers(0, 20)).map(lambda both: both[0][: -both[1] or None])
    return st.one_of(written, cut, nested, st.binary(max_size=60))


@contextmanager
def quiet_log() -> Iterator[None]:
    """Fail where the provider logs an error meanwhile: an exception that it did not expect."""
    said: list[str] = []
    handler = logging.Handler(logging.ERROR)
    handler.emit = lambda record: said.append(handler.format(record))  # type: ignore[method-assign]  # a handler is a function here
    logger = logging.getLogger()
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    assert said == []
