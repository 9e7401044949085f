"""No request that schemathesis or hypothesis can think of breaks the provider."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from autograder.provider.engine import Provider
from autograder.provider.server import serve
from tests.provider.fuzzing import MODES, Fuzzer, quiet_log

NEVER_200 = {
    "DELETE /v1/models/{model}",  # only a tuned model can be deleted
    "POST /v1/batches/{batch_id}/cancel",  # without latencies a batch is over at once
}
JSON_PATHS = ("/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/batches")


@pytest.fixture(scope="module")
def fuzzer() -> Iterator[Fuzzer]:
    """Serve a provider, and read its description from itself."""
    with serve(Provider()) as server, quiet_log():
        document = requests.get(f"{server.address}/openapi.json", timeout=10).json()
        yield Fuzzer(server.address, document, examples=8, derandomize=True)


@pytest.mark.slow
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.value)
def test_every_operation_answers_as_described(fuzzer: Fuzzer, mode: object) -> None:
    """No 500; every status, type and body is one that the document names; bad input is a 4xx."""
    with requests.Session() as session:
        for operation in fuzzer.operations:
            fuzzer.run(operation, mode, session)  # type: ignore[arg-type]  # one of MODES


@pytest.mark.slow
def test_requests_that_are_nearly_right_are_answered_as_described(fuzzer: Fuzzer) -> None:
    """A good request with two more parameters, or for an object that exists: as described too."""
    with requests.Session() as session:
        for operation in fuzzer.operations:
            fuzzer.run_nearly_valid(operation, session)
    answered = {label for label, status in fuzzer.statuses if status == 200}
    assert {operation.label for operation in fuzzer.operations} - answered == NEVER_200


@pytest.mark.parametrize("path", JSON_PATHS)
def test_any_bytes_get_an_error_of_the_api(fuzzer: Fuzzer, path: str) -> None:
    """Bodies that are nearly JSON, deep, cut or no text at all get a 4xx in the API's shape."""
    with requests.Session() as session:
        fuzzer.run_bytes(path, session)


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/responses"])
@pytest.mark.parametrize(
    "schema",
    [
        '{"type": "object", "x": 1e999}',
        '{"type": "object", "properties": {"a": {"type": {}}}}',
        '{"type": "object", "properties": {"a": {"type": [[]]}}, "required": [{}]}',
    ],
)
def test_what_once_broke_it_is_refused(fuzzer: Fuzzer, path: str, schema: str) -> None:
    """A number that no float holds, and types that are no names, in a tool's schema."""
    function = f'"name": "a", "strict": true, "parameters": {schema}'
    tool = f'{{"type": "function", "function": {{{function}}}}}'
    asked = '"messages": [{"role": "user", "content": "Hi."}]'
    if path == "/v1/responses":
        tool, asked = f'{{"type": "function", {function}}}', '"input": "Hi."'
    body = f'{{"model": "practice-small", {asked}, "tools": [{tool}]}}'
    headers = {"authorization": "Bearer practice", "content-type": "application/json"}
    answer = requests.post(fuzzer.base_url + path, data=body, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")
