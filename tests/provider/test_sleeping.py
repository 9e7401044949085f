"""Waiting on the provider's clock from outside, and what it cannot be made to do."""

from __future__ import annotations

import asyncio
import threading
import time
from email.utils import parsedate_to_datetime

import httpx2
import pytest

from autograder.errors import RungsError
from autograder.provider import timekeeper
from autograder.provider.clock import START, VirtualClock, WallClock
from autograder.provider.sleeping import async_sleeper, sleeper
from tests.provider.conftest import Practice, Serving


def base(practice: Practice) -> str:
    """Return the provider's address without the API's path."""
    return str(practice.client.base_url).removesuffix("/v1/")


def test_minutes_cost_milliseconds(serving: Serving) -> None:
    """A client in another thread sleeps hours of virtual time, one call after the other."""
    clock = VirtualClock(parties=1)
    sleep = sleeper(str(serving(clock=clock).client.base_url))
    before = time.perf_counter()
    for _ in range(20):
        sleep(600)
    sleep(0)
    assert clock.now() == START + 12_000
    assert time.perf_counter() - before < 10


def test_coroutines_sleep_side_by_side(serving: Serving) -> None:
    """Ten coroutines that sleep ten minutes each make ten minutes pass, not a hundred."""
    clock = VirtualClock(parties=10, quiet=2.0)
    practice = serving(clock=clock)

    async def run() -> None:
        sleep = async_sleeper(base(practice))
        await asyncio.gather(*(sleep(600) for _ in range(10)))

    asyncio.run(run())
    assert clock.now() == START + 600


def test_back_off_is_judged_on_the_providers_time(serving: Serving) -> None:
    """A client that sleeps as long as it is told comes back exactly then, by the ledger."""
    practice = serving(clock=VirtualClock(parties=1), faults="429(30s)@first2")
    sleep = sleeper(base(practice))
    body = {"model": "practice-small", "messages": [{"role": "user", "content": "Hi"}]}
    while (reply := practice.http.post("/chat/completions", json=body)).status_code == 429:
        sleep(float(reply.headers["retry-after"]))
    first, second, third = practice.provider.ledger
    assert second.received == first.finished + 30
    assert third.received == second.finished + 30


def test_the_clock_can_be_read(serving: Serving) -> None:
    """`/practice/clock` and every reply's Date tell the provider's time, not this computer's."""
    practice = serving(clock=VirtualClock(quiet=None))
    reply = practice.http.get(f"{base(practice)}/practice/clock")
    assert reply.json() == {"now": START}
    assert parsedate_to_datetime(reply.headers["date"]).timestamp() == START


def test_on_the_wall_clock_a_second_is_a_second(serving: Serving) -> None:
    """Latencies may be cut; a wait that a client asks for is real."""
    practice = serving(clock=WallClock(0))
    before = time.perf_counter()
    sleeper(base(practice))(0.1)
    assert 0.1 <= time.perf_counter() - before < 5


def test_neither_address_is_a_call(serving: Serving) -> None:
    """Sleeping needs no key, meets no fault, and is not in the ledger."""
    practice = serving(clock=VirtualClock(parties=1), faults="drop")
    sleeper(base(practice))(5)
    assert list(practice.provider.ledger) == []


@pytest.mark.parametrize(
    ("method", "path", "content", "status"),
    [
        ("GET", "sleep", None, 405),
        ("POST", "clock", b"{}", 405),
        ("DELETE", "clock", None, 405),
        ("POST", "sleep", b"", 400),
        ("POST", "sleep", b"{}", 400),
        ("POST", "sleep", b"[3]", 400),
        ("POST", "sleep", b'{"seconds": "soon"}', 400),
        ("POST", "sleep", b'{"seconds": -1}', 400),
        ("POST", "sleep", b'{"seconds": NaN}', 400),
        ("POST", "sleep", b'{"seconds": Infinity}', 400),
        ("POST", "sleep", b'{"seconds": 1e9}', 400),
        ("POST", "sleep", b" " * 2000 + b'{"seconds": 1}', 400),
        ("POST", "sleep", b'{"seconds": true}', 400),
        ("POST", "sleep", b"\xff", 400),
        ("POST", "sleep", b"[" * 900, 400),
    ],
)
def test_nonsense_moves_no_clock(
    serving: Serving, method: str, path: str, content: bytes | None, status: int
) -> None:
    """What is no number of seconds within a day is refused, and time stands."""
    practice = serving(clock=VirtualClock(parties=1))
    headers = {"content-type": "application/json"}
    url = f"{base(practice)}/practice/{path}"
    reply = practice.http.request(method, url, content=content, headers=headers)
    assert reply.status_code == status
    assert reply.json()["error"]["message"]
    assert practice.provider.clock.now() == START


def test_a_page_of_another_origin_cannot_sleep_here(serving: Serving) -> None:
    """A form or a simple request of a foreign page has no JSON content type."""
    practice = serving(clock=VirtualClock(parties=1))
    url = f"{base(practice)}/practice/sleep"
    headers = {"content-type": "text/plain"}
    reply = practice.http.post(url, content=b'{"seconds": 60}', headers=headers)
    assert (reply.status_code, practice.provider.clock.now()) == (415, START)
    assert "access-control-allow-origin" not in reply.headers


def test_who_has_left_no_longer_sleeps(serving: Serving) -> None:
    """A client that gives up its wait is no reason for time to pass."""
    clock = VirtualClock(quiet=0.2)
    practice = serving(clock=clock)

    async def run() -> None:
        sleep = async_sleeper(base(practice))
        long = asyncio.ensure_future(sleep(3600))
        await asyncio.sleep(0.02)
        long.cancel()
        await sleep(5)
        await asyncio.sleep(0.5)

    asyncio.run(run())
    assert clock.now() == START + 5


def test_sleepers_are_counted(serving: Serving, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sleeper too many is refused, so that nobody fills the server with them."""
    monkeypatch.setattr(timekeeper, "MOST_SLEEPERS", 2)
    clock = VirtualClock(quiet=None)
    practice = serving(clock=clock)
    url = f"{base(practice)}/practice/sleep"
    asked = [threading.Thread(target=sleeper(base(practice)), args=(60,)) for _ in range(2)]
    for thread in asked:
        thread.start()
    deadline = time.monotonic() + 10
    while len(clock._sleeping) < 2 and time.monotonic() < deadline:
        time.sleep(0.005)
    with httpx2.Client() as web:
        assert web.post(url, json={"seconds": 1}).status_code == 429
    with pytest.raises(RungsError, match="2 requests sleep already"):
        sleeper(base(practice))(1)
    clock.advance(60)
    for thread in asked:
        thread.join(10)
        assert not thread.is_alive()
