"""`client()` and `async_client()`: one provider a process, one of their own, or a live model."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import openai
import pytest

from autograder.provider import async_client, client, clients, live, provider_of
from autograder.provider.clock import VirtualClock
from autograder.provider.faults import FaultPlan
from autograder.provider.server import Server
from tests.provider.elsewhere import Elsewhere

VARIABLES = (
    *("OPENAI_BASE_URL", "OPENAI_API_KEY", "RUNGS_MODEL", "RUNGS_EMBED_MODEL", "RUNGS_SEAT"),
    *("NBGRADER_EXECUTION", "NBGRADER_VALIDATING"),
)
ASK: dict[str, Any] = {
    "model": "practice-small",
    "messages": [{"role": "user", "content": "Say hello."}],
}


@pytest.fixture(autouse=True)
def _nobody_says_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start from an environment that names no live model, and from nothing announced."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(live, "_announced", set())


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Serve something that is not the practice provider."""
    with Elsewhere() as running:
        yield running


def serving() -> list[str]:
    return [t.name for t in threading.enumerate() if t.name.startswith("practice provider at")]


def test_every_client_of_a_process_shares_one_provider() -> None:
    """Sixteen threads that ask at once get one server, and one ledger has all their calls."""
    with ThreadPoolExecutor(16) as pool:
        made = list(pool.map(lambda _: client(), range(16)))
    assert len({str(c.base_url) for c in made}) == 1
    before = len(provider_of(made[0]).ledger)
    for one in made[:3]:
        one.models.list()
        one.close()
    assert len(provider_of(made[0]).ledger) == before + 3
    made[4].models.list()  # closing one leaves the others alone


def test_what_is_asked_of_it_gives_a_provider_of_its_own() -> None:
    """Seed, clock, faults and latency reach the provider; closing the client ends it."""
    clock, plan = VirtualClock(), FaultPlan()
    with client(seed=7, clock=clock, faults=plan) as mine:
        provider = provider_of(mine)
        assert (provider.seed, provider.clock, provider.faults) == (7, clock, plan)
        assert provider is not provider_of(client())
        assert provider_of(mine.with_options(max_retries=0)) is provider
        name = f"practice provider at {str(mine.base_url).removesuffix('/v1/')}"
        assert name in serving()
    assert name not in serving()
    with client(latency=0.5) as slow:
        assert getattr(provider_of(slow).clock, "factor", None) == 0.5
    with client(faults="429@1", max_retries=0) as failing, pytest.raises(openai.RateLimitError):
        failing.chat.completions.create(**ASK)


def test_a_client_that_nobody_closes_takes_its_provider_along() -> None:
    """Dropped, it ends its server and its connections, without a warning."""
    gc.collect()  # what earlier tests dropped ends before the count
    before = serving()
    forgotten = client(seed=1)
    forgotten.models.list()
    assert len(serving()) == len(before) + 1
    del forgotten
    gc.collect()
    assert serving() == before


def test_the_sdks_options_pass_through() -> None:
    """What `client` does not know is OpenAI's."""
    made = client(timeout=3.5, max_retries=5, default_headers={"x-lesson": "12"})
    assert (made.timeout, made.max_retries) == (3.5, 5)
    made.models.list()
    assert list(provider_of(made).ledger)[-1].headers["x-lesson"] == "12"
    with pytest.raises(TypeError, match="colour"):
        client(colour="red")


def test_a_base_url_leads_to_that_provider() -> None:
    """A judge passes an address; no key is needed."""
    with client(seed=2) as mine, client(base_url=str(mine.base_url)) as again:
        again.models.list()
        assert len(provider_of(mine).ledger) == 1


def test_a_clients_ledger_is_found_only_where_it_is_kept(elsewhere: Elsewhere) -> None:
    """The error names the address and says what to do."""
    words = "not a practice provider of this process"
    with (
        client(base_url=elsewhere.base_url) as other,
        pytest.raises(clients.NoPractice, match=words),
    ):
        provider_of(other)


def test_a_proxy_of_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company's proxy cannot reach this computer's loopback."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with client(seed=3) as mine:
        assert mine.models.list().data


async def _ask_twice(made: openai.AsyncOpenAI) -> int:
    pages = await asyncio.gather(made.models.list(), made.models.list())
    return sum(len(page.data) for page in pages)


def test_the_asynchronous_client_works_in_one_loop_after_another() -> None:
    """A notebook's loop and a check's are two; no connection outlives its loop."""
    made = async_client(seed=4)
    counts = [asyncio.run(_ask_twice(made)) for _ in range(3)]
    gc.collect()  # what is still open would warn
    assert counts == [counts[0]] * 3
    assert len(provider_of(made).ledger) == 6
    asyncio.run(made.close())
    assert not any(str(made.base_url).removesuffix("/v1/") in name for name in serving())


async def _inside() -> int:
    made = client(seed=5)
    try:
        return len(made.models.list().data)
    finally:
        made.close()


def test_a_cell_inside_a_running_loop_may_use_it() -> None:
    """Jupyter runs cells in a loop."""
    assert asyncio.run(_inside()) > 0


def test_a_forked_child_keeps_off_its_parents_connections() -> None:
    """A used client works in a child; a new one there has a provider of the child's own."""
    made = client()
    made.models.list()
    shared, calls = str(made.base_url), len(provider_of(made).ledger)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the child touches no other thread
        pid = os.fork()
    if pid == 0:
        status = 1
        try:
            own = client()
            apart = str(own.base_url) != shared and bool(own.models.list().data)
            status = 0 if apart and bool(made.models.list().data) else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    made.models.list()
    assert len(provider_of(made).ledger) == calls + 2


def test_a_live_endpoint_gets_the_calls_under_its_own_models_names(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Chat and embeddings go out with their names mapped and the person's key, sync and async."""
    monkeypatch.setenv("OPENAI_BASE_URL", elsewhere.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    monkeypatch.setenv("RUNGS_MODEL", "llama9")
    monkeypatch.setenv("RUNGS_EMBED_MODEL", "embed9")
    with client() as made:
        made.chat.completions.create(**ASK)
        made.with_options(timeout=5).responses.create(model="practice-large", input="hello")
        made.embeddings.create(model="practice-embed", input="hello", encoding_format="float")
        made.chat.completions.create(**{**ASK, "model": "gpt-9"})

    async def asynchronously() -> None:
        async with async_client() as other:
            await other.chat.completions.create(**ASK)

    asyncio.run(asynchronously())
    asked = [(call.path, call.model) for call in elsewhere.calls]
    assert asked == [
        ("/v1/chat/completions", "llama9"),
        ("/v1/responses", "llama9"),
        ("/v1/embeddings", "embed9"),
        ("/v1/chat/completions", "gpt-9"),
        ("/v1/chat/completions", "llama9"),
    ]
    assert {call.key for call in elsewhere.calls} == {"Bearer sk-very-secret"}
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("Talking to a live model") == 1
    assert "sk-very-secret" not in said.err


def test_a_local_endpoint_needs_no_key(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ollama wants some key and reads none; names go out as written without RUNGS_MODEL."""
    monkeypatch.setenv("OPENAI_BASE_URL", elsewhere.base_url)
    with client() as made:
        made.chat.completions.create(**ASK)
    assert [(c.model, c.key) for c in elsewhere.calls] == [("practice-small", "Bearer practice")]


def test_a_model_without_a_counterpart_is_asked_for_by_name(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Embeddings at an endpoint with a chat model only: the error names the variable to set."""
    monkeypatch.setenv("OPENAI_BASE_URL", elsewhere.base_url)
    monkeypatch.setenv("RUNGS_MODEL", "llama9")
    with client() as made, pytest.raises(clients.NoPractice, match="set RUNGS_EMBED_MODEL"):
        made.embeddings.create(model="practice-embed", input="hello")
    assert elsewhere.calls == []


@pytest.mark.parametrize("how", ["seed", "base_url", "replay"])
def test_what_is_graded_stays_with_the_practice_provider(
    how: str, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A provider that was asked for, an address that was given, and a replay ignore a live one."""
    monkeypatch.setenv("OPENAI_BASE_URL", elsewhere.base_url)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    if how == "replay":
        monkeypatch.setenv("RUNGS_SEAT", "official")
        made = client()
    elif how == "seed":
        made = client(seed=6)
    else:
        with client(seed=6) as other:
            assert client(base_url=str(other.base_url)).models.list().data
        return
    made.models.list()
    last = list(provider_of(made).ledger)[-1]
    assert elsewhere.calls == []
    assert "sk-very-secret" not in str(last)


def test_a_key_alone_sends_nothing_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that happens to lie in the environment costs nobody anything."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    made = client()
    assert isinstance(provider_of(made).ledger, object)
    assert made.api_key == clients.PRACTICE_KEY


def test_a_key_and_a_model_mean_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are set on purpose; nothing is sent in this test."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    monkeypatch.setenv("RUNGS_MODEL", "gpt-9")
    made = client()
    assert (str(made.base_url), made.api_key) == (f"{live.OPENAI}/", "sk-very-secret")
    made.close()


def test_it_is_there_in_time() -> None:
    """The first client of a process costs below 0.3 s once the libraries are imported."""
    program = (
        "import time, openai, starlette.routing, uvicorn, pydantic\n"
        "from autograder.provider import clients\n"
        "import autograder.provider.page, autograder.provider.wire.app\n"
        "began = time.process_time()\n"
        "made = clients.client()\n"
        "made.models.list()\n"
        "print(time.process_time() - began)\n"
    )
    took = [
        float(subprocess.check_output([sys.executable, "-c", program], text=True, timeout=60))
        for _ in range(3)
    ]
    # Client and server live in this process: its own seconds, whatever else runs on the computer.
    assert min(took) < 0.3


def test_own_servers_come_and_go_quickly() -> None:
    """A judge starts one a case: twenty, one after the other, stay far below the limit for one."""
    server: Server | None = None
    client(seed=8).close()
    began = time.perf_counter()
    for seed in range(20):
        with client(seed=seed) as made:
            server = clients._servers[str(made.base_url).rstrip("/")]
        assert server.closed
    assert time.perf_counter() - began < 20 * 0.3 / 2
