"""Virtual time: nobody early, never backwards, and minutes in milliseconds."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from autograder.provider.clock import START, VirtualClock, WallClock


async def settled() -> None:
    """Let every task that can run, run."""
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
def still() -> Iterator[VirtualClock]:
    """Give a clock that only a test moves."""
    return VirtualClock(quiet=None)


def test_time_stands_until_it_is_advanced(still: VirtualClock) -> None:
    """Without `quiet` the clock moves by exactly what `advance` says."""
    assert still.now() == START
    still.advance(2.5)
    assert still.now() == START + 2.5


@pytest.mark.parametrize("seconds", [-1.0, float("nan")])
def test_time_does_not_go_back(still: VirtualClock, seconds: float) -> None:
    """A negative advance, or none that is a number, is refused."""
    with pytest.raises(ValueError, match="does not go back"):
        still.advance(seconds)


def test_sleepers_wake_by_deadline_then_by_arrival(still: VirtualClock) -> None:
    """The heap wakes in the order of deadlines; equal ones in the order of falling asleep."""
    woken: list[str] = []

    async def sleep(name: str, seconds: float) -> None:
        await still.sleep(seconds)
        woken.append(name)

    async def run() -> None:
        names = {"c": 3.0, "a": 1.0, "b1": 2.0, "b2": 2.0}
        tasks = [asyncio.ensure_future(sleep(name, s)) for name, s in names.items()]
        await settled()
        still.advance(1.999)
        await settled()
        assert woken == ["a"]
        still.advance(5)
        await asyncio.gather(*tasks)

    asyncio.run(run())
    assert woken == ["a", "b1", "b2", "c"]


def test_nothing_is_waited_for_where_no_time_passes(still: VirtualClock) -> None:
    """Sleeping 0, less than 0 or not a number returns at once."""

    async def run() -> None:
        for seconds in (0, -1, float("nan")):
            await asyncio.wait_for(still.sleep(seconds), 1)

    asyncio.run(run())
    still.wait(0)
    assert still.now() == START


def test_minutes_pass_in_milliseconds() -> None:
    """When nothing moves, time jumps to the earliest deadline by itself."""
    clock = VirtualClock(quiet=0.1)

    async def run() -> list[float]:
        async def sleep(seconds: float) -> float:
            await clock.sleep(seconds)
            return clock.now() - START

        return await asyncio.gather(*(sleep(s) for s in (600, 60, 1)))

    before = time.perf_counter()
    assert asyncio.run(run()) == [600, 60, 1]
    assert time.perf_counter() - before < 5


def test_with_everybody_asleep_nothing_is_waited_for() -> None:
    """With the number of parties known, a thousand sleeps need a thousand jumps and no quiet."""
    clock = VirtualClock(parties=1, quiet=60)

    async def run() -> None:
        for _ in range(1000):
            await clock.sleep(60)

    asyncio.run(asyncio.wait_for(run(), 30))
    assert (clock.now() - START, clock.jumps) == (60_000, 1000)


def test_a_party_that_is_gone_is_waited_for_once() -> None:
    """Clients that have finished cost the quiet time once each, not at every further jump."""
    clock = VirtualClock(parties=5, quiet=0.1)

    async def work(times: int) -> None:
        for _ in range(times):
            await clock.sleep(10)

    async def run() -> None:
        await asyncio.gather(*(work(times) for times in (1, 1, 1, 1, 1000)))

    before = time.perf_counter()
    asyncio.run(run())
    assert clock.now() == START + 10_000
    assert time.perf_counter() - before < 10


def test_threads_and_loops_share_one_clock() -> None:
    """Threads that block and coroutines that await wake on the same time."""
    clock = VirtualClock(parties=3)

    def thread(seconds: float) -> float:
        clock.wait(seconds)
        return clock.now() - START

    async def run() -> float:
        await clock.sleep(2)
        return clock.now() - START

    with ThreadPoolExecutor(3) as pool:
        results = [pool.submit(thread, 1), pool.submit(asyncio.run, run()), pool.submit(thread, 3)]
        assert [each.result(30) for each in results] == [1, 2, 3]


def test_time_stands_while_a_request_is_worked_on() -> None:
    """However long real work takes, no time passes on the clock."""
    clock = VirtualClock(quiet=0.001)
    finished = threading.Event()

    async def other() -> None:
        await clock.sleep(5)
        assert finished.is_set()

    async def run() -> None:
        sleeping = asyncio.ensure_future(other())
        with clock.working():
            await asyncio.sleep(0.05)
            assert clock.now() == START
            finished.set()
        await sleeping

    asyncio.run(run())
    assert clock.now() == START + 5


def test_work_that_sleeps_lets_time_pass() -> None:
    """A request waiting for its own latency does not keep the clock from jumping."""
    clock = VirtualClock(quiet=0.001)

    async def run() -> None:
        with clock.working():
            # One after the other: what sleeps beside it on a busy machine may start a jump late.
            await clock.sleep(30)
            await clock.sleep(10)

    asyncio.run(asyncio.wait_for(run(), 30))
    assert clock.now() == START + 40


def test_work_inside_work_is_one_work() -> None:
    """A part that says again that it works lets time pass when the whole sleeps."""
    clock = VirtualClock(quiet=0.001)

    async def run() -> None:
        with clock.working(), clock.working():
            await clock.sleep(30)

    asyncio.run(asyncio.wait_for(run(), 30))
    assert clock.now() == START + 30


def test_work_that_outlives_its_request_is_its_own() -> None:
    """A task that a request leaves behind neither stops the clock for ever nor goes uncounted."""
    clock = VirtualClock(quiet=0.3)

    async def behind() -> float:
        with clock.working():
            await clock.sleep(30)
            await asyncio.sleep(0.05)
            return clock.now()

    async def run() -> float:
        with clock.working():
            task = asyncio.ensure_future(behind())
            await asyncio.sleep(0)
        other = asyncio.ensure_future(clock.sleep(31))
        found = await task
        await other
        return found

    assert asyncio.run(asyncio.wait_for(run(), 30)) == START + 30
    assert clock.now() == START + 31


def test_a_cancelled_sleeper_is_no_reason_for_time_to_pass(still: VirtualClock) -> None:
    """Whoever no longer waits is neither woken nor waited for."""
    clock = VirtualClock(quiet=0.5)

    async def run() -> None:
        task = asyncio.ensure_future(clock.sleep(3600))
        await asyncio.sleep(0)
        task.cancel()
        await clock.sleep(1)

    asyncio.run(run())
    assert clock.now() == START + 1


def test_a_hold_waits_for_others_until_patience_ends() -> None:
    """A holder makes no time pass while anybody sleeps; alone, it does after `patience`."""
    clock = VirtualClock(quiet=0.001, patience=0.5)

    async def run() -> tuple[float, float]:
        hold = asyncio.ensure_future(clock.hold(600))
        await asyncio.sleep(0)
        await clock.sleep(30)
        slept = clock.now() - START
        before = time.perf_counter()
        await hold
        return slept, time.perf_counter() - before

    slept, real = asyncio.run(run())
    assert slept == 30
    assert clock.now() == START + 600
    assert 0.4 <= real < 5


def test_a_hold_is_over_when_others_sleep_past_its_end() -> None:
    """Time that passes for somebody else passes for the holder too."""
    clock = VirtualClock(quiet=0.001, patience=3600)

    async def run() -> None:
        hold = asyncio.ensure_future(clock.hold(10))
        await asyncio.sleep(0)
        await clock.sleep(20)
        await asyncio.wait_for(hold, 10)

    asyncio.run(run())
    assert clock.now() == START + 20


def test_the_thread_that_watches_ends() -> None:
    """A clock that nobody uses any more leaves no thread behind."""
    before = set(threading.enumerate())
    clock = VirtualClock(quiet=0.001)
    asyncio.run(clock.sleep(5))
    (watching,) = {t for t in threading.enumerate() if t.name == "practice-clock"} - before
    watching.join(10)
    assert not watching.is_alive()


def test_the_wall_clock_multiplies_latencies() -> None:
    """A factor of 0 answers at once; `hold` stays real."""

    async def run() -> float:
        before = time.perf_counter()
        await WallClock(0).sleep(3600)
        await WallClock(0.001).sleep(1)
        await WallClock(0).hold(0.02)
        with WallClock().working():
            pass
        return time.perf_counter() - before

    assert 0.02 <= asyncio.run(run()) < 5
    assert abs(WallClock().now() - time.time()) < 5
