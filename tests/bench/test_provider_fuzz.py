"""Many more requests than `make test` sends, other ones at each run; run by `make bench`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.generation.stateful import run_state_machine_as_test

from autograder.provider.engine import Provider
from autograder.provider.server import serve
from tests.provider.fuzzing import CHECKS, HEADERS, MODES, Fuzzer, quiet_log

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]


@pytest.fixture
def fuzzer() -> Iterator[Fuzzer]:
    """Serve a provider, and read its description from itself."""
    with serve(Provider()) as server, quiet_log():
        document = requests.get(f"{server.address}/openapi.json", timeout=10).json()
        yield Fuzzer(server.address, document, examples=100, derandomize=False)


def test_every_operation_answers_as_described(
    fuzzer: Fuzzer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Valid, invalid and nearly valid requests to every operation: no 500, and as described."""
    with requests.Session() as session:
        for operation in fuzzer.operations:
            for mode in MODES:
                fuzzer.run(operation, mode, session)
            fuzzer.run_nearly_valid(operation, session)
        for path in ("/v1/chat/completions", "/v1/responses", "/v1/embeddings", "/v1/batches"):
            fuzzer.run_bytes(path, session)
    by_status: Counter[int] = Counter()
    for (_, status), count in fuzzer.statuses.items():
        by_status[status] += count
    with capsys.disabled():
        print(f"\nfuzz: {by_status.total()} requests, by status {dict(sorted(by_status.items()))}")
    assert max(by_status) < 500


def test_what_is_made_can_be_shown_and_ended(
    fuzzer: Fuzzer, capsys: pytest.CaptureFixture[str]
) -> None:
    """Sequences along the document's links: objects are made, then read, cancelled and deleted."""
    counted: Counter[tuple[str, int]] = Counter()
    schema = schemathesis.openapi.from_dict({**fuzzer.document, "security": []})
    machine = schema.as_state_machine()

    class Walk(machine):  # type: ignore[misc, valid-type]  # a class made at run time
        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"base_url": fuzzer.base_url, "headers": HEADERS, "timeout": 20}

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            counted[(case.operation.label, response.status_code)] += 1
            case.validate_response(response, checks=CHECKS)

    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=60,
            stateful_step_count=8,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    linked = sum(
        count for (label, status), count in counted.items() if "_id}" in label and status == 200
    )
    with capsys.disabled():
        print(
            f"\nstateful fuzz: {counted.total()} requests, {linked} on objects that they had made"
        )
    assert linked > 0
