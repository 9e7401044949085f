"""openai-python's own API tests pass against the provider, on a real socket."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from autograder.provider.engine import Provider
from autograder.provider.server import LOOPBACK, Server
from tests.provider.sdk.placeholders import Placeholders
from tests.provider.sdk.suite import fetched, run

# They mock the server's reply, which works for httpx2 and not for aiohttp; the SDK skips them.
MOCKED = {
    f"tests.api_resources.test_files.TestAsyncFiles::test_{name}_content[aiohttp]"
    for name in ("method", "raw_response", "streaming_response")
}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_sdks_own_tests_pass(tmp_path: Path) -> None:
    """Every test of chat, responses, embeddings, models, batches, files and moderations passes.

    Sync and async clients, aiohttp included, with loose and with strict
    validation of every reply; none is left out.
    """
    folder = fetched()
    provider = Provider()
    with Server(provider, Placeholders(provider), socket.create_server((LOOPBACK, 0))) as server:
        outcome = run(folder, server.base_url, tmp_path)
    print(f"\nopenai-python's own tests: {outcome.passed} passed, {len(outcome.failed)} failed")
    assert outcome.failed == (), outcome.printed[-4000:]
    assert set(outcome.skipped) == MOCKED
    assert outcome.passed >= 600
