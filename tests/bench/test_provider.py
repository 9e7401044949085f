"""How much the practice provider bears, in a process of its own; run by `make bench`."""

from __future__ import annotations

import asyncio
import http.client
import itertools
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest

from autograder.provider.clock import VirtualClock
from autograder.provider.engine import Provider
from autograder.provider.faults.plan import FaultPlan
from autograder.provider.server import serve
from autograder.provider.verdict import verdict
from tests.provider.patient import Client

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

HEADERS = {"authorization": "Bearer practice", "content-type": "application/json"}
SERVE = """
import sys
from autograder.provider.clock import WallClock
from autograder.provider.engine import Provider
from autograder.provider.server import serve

with serve(Provider(1, WallClock(float(sys.argv[1])))) as server:
    print(server.base_url, flush=True)
    sys.stdin.read()
"""
QUESTION = (
    "Answer from the passages.\\n[1] The scanner of Halden listens on port 8834.\\n"
    "[2] Backups run at night.\\nQuestion: Which port does the scanner listen on?"
)


@pytest.fixture
def served(request: pytest.FixtureRequest) -> Iterator[tuple[str, psutil.Process]]:
    """Serve with latencies times `request.param`; give base URL and process."""
    factor = getattr(request, "param", 0)
    child = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(factor)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    with child:
        yield child.stdout.readline().strip(), psutil.Process(child.pid)
        child.stdin.close()


def body(number: int) -> dict[str, Any]:
    return {
        "model": "practice-small",
        "messages": [{"role": "user", "content": f"{QUESTION} ({number})"}],
    }


def test_sequential_calls(served: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """At least 500 chat calls a second, one after the other, over one plain HTTP connection.

    openai's own client takes longer for a call than the provider does: its rate,
    from alternating blocks of the same run, is printed beside it.
    """
    from openai import OpenAI

    connection = http.client.HTTPConnection(urlsplit(served[0]).netloc)
    numbers = itertools.count()

    def plainly() -> None:
        connection.request("POST", "/v1/chat/completions", json.dumps(body(next(numbers))), HEADERS)
        assert connection.getresponse().read()

    with OpenAI(base_url=served[0], api_key="practice", max_retries=0) as client:

        def by_sdk() -> None:
            client.chat.completions.create(**body(next(numbers)))

        rates: dict[str, list[float]] = {"plain HTTP": [], "openai's client": []}
        for _ in range(6):
            for name, call in zip(rates, (plainly, by_sdk), strict=True):
                started = time.perf_counter()
                for _ in range(500):
                    call()
                rates[name].append(500 / (time.perf_counter() - started))
    connection.close()
    medians = {name: statistics.median(found[1:]) for name, found in rates.items()}
    with capsys.disabled():
        for name, rate in medians.items():
            print(f"\nsequential chat calls a second, {name}: {rate:.0f} (median)", end="")
    assert medians["plain HTTP"] >= 500


@pytest.mark.parametrize("served", [1], indirect=True)
def test_300_streams_at_once(served: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """300 streams at real latencies all end whole, in little more than the longest one takes."""
    from openai import AsyncOpenAI

    async def one(client: AsyncOpenAI, number: int) -> tuple[float, str | None]:
        started = time.perf_counter()
        finish = None
        stream = await client.chat.completions.create(**body(number), stream=True)
        async for chunk in stream:
            finish = (chunk.choices[0].finish_reason if chunk.choices else None) or finish
        return time.perf_counter() - started, finish

    async def everyone() -> list[tuple[float, str | None]]:
        async with AsyncOpenAI(base_url=served[0], api_key="practice", max_retries=0) as client:
            await one(client, 0)
            return await asyncio.gather(*(one(client, n) for n in range(1, 301)))

    started = time.perf_counter()
    ended = asyncio.run(everyone())
    took = time.perf_counter() - started
    with capsys.disabled():
        longest = max(seconds for seconds, _ in ended)
        print(f"\n300 streams at once: {took:.1f} s in all, the longest {longest:.1f} s")
    assert [finish for _, finish in ended] == ["stop"] * 300


def test_memory_stays_flat(served: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """Over 100,000 different calls the resident set grows only while the ledger fills."""
    address, process = urlsplit(served[0]), served[1]
    connection = http.client.HTTPConnection(address.netloc)
    sizes = []
    started = time.perf_counter()
    for number in range(1, 100_001):
        connection.request("POST", "/v1/chat/completions", json.dumps(body(number)), HEADERS)
        reply = connection.getresponse()
        reply.read()
        assert reply.status == 200
        if number % 20_000 == 0:
            sizes.append(process.memory_info().rss / 2**20)
    connection.close()
    rate = 100_000 / (time.perf_counter() - started)
    with capsys.disabled():
        print(f"\n{rate:.0f} calls a second; MB: {', '.join(f'{size:.0f}' for size in sizes)}")
    assert all(after - before < 0.02 * before for before, after in pairwise(sizes[1:]))


def test_2000_requests_with_a_quarter_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """A careful client gets at least 99 % through, hours of waiting pass in seconds."""
    faults = FaultPlan.parse("429:0.1,500:0.06,503:0.05,drop:0.04", seed=1)
    clock = VirtualClock(parties=1)
    provider = Provider(1, clock, faults)
    started, began = time.perf_counter(), clock.now()
    with serve(provider) as server:
        careful = Client(server.base_url, attempts=4)
        outcomes = careful.run([body(number) for number in range(2_000)])
    took, passed = time.perf_counter() - started, clock.now() - began
    got = sum(outcome.reply is not None for outcome in outcomes) / len(outcomes)
    found = verdict(provider.ledger).findings
    with capsys.disabled():
        calls = provider.ledger.totals.calls
        print(f"\n2,000 requests, 25 % faults: {calls} calls, {100 * got:.2f} % answered, ", end="")
        print(f"{passed:,.0f} s on the provider's clock in {took:.1f} s")
    assert got >= 0.99
    assert [finding.name for finding in found] == []
