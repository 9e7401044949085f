"""The provider's time: the wall's, or one that skips every wait.

A `VirtualClock` moves only when somebody advances it or when everybody waits:
then it jumps to the earliest deadline, so a run with minutes of back-off takes
milliseconds. Three rules say when it may jump by itself:

1. never while a request is being worked on (`working`);
2. at once when as many are asleep as there are `parties`; a party that stays
   away for `quiet` real seconds counts as gone until more are seen again;
3. otherwise when nothing has come or gone for `quiet` real seconds.

**What is certain.** Nobody is woken before the deadline, and time never goes
back. A party that real scheduling delays can therefore only seem later than it
was, never earlier: no honest client is accused of having come back too soon.
Sleepers with one deadline wake in the order in which they fell asleep. With
`parties` set to the number of clients that each do one thing at a time, a run
is deterministic as long as none of them thinks for longer than `quiet`. Under
rule 3 the *times* in the ledger may differ between two runs of a concurrent
client; faults do not, because they are drawn from what a request says
(`faults.plan`).

**What is not.** A wait that is not made on this clock takes no time on it: a
client that calls `time.sleep` comes back in the same virtual instant. A client
that must be judged in virtual time gets its sleep from `sleeping.sleeper`, and
switches the SDK's own retries off. A client that waits for a reply *and* for
a time-out at once counts as two parties, and on a busy machine its time-out may
win although the reply was there, because time jumps while a cancelled wait is
still being taken back: judge time-outs in real seconds, below `patience`.

**What a hostile client could gain.** It may make time pass, as anybody may by
waiting, and the ledger shows it; it cannot set the clock, turn it back or learn
more than the time. A wait that it only claims does not happen here. It can keep
the clock from jumping for as long as its own request is being worked on, which
delays nobody but those who share this provider.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

__all__ = ["START", "Clock", "VirtualClock", "WallClock"]

START = 1_793_610_000.0  # Monday 2026-11-02 09:00:00 UTC
_IDLE_SECONDS = 1.0  # after which the thread that watches ends


class Clock(Protocol):
    """Tell the time and wait; everything in the provider that takes time asks one of these."""

    def now(self) -> float:
        """Return seconds since 1970-01-01 UTC."""

    async def sleep(self, seconds: float) -> None:
        """Return when `seconds` have passed on this clock."""

    async def pause(self, seconds: float) -> None:
        """Sleep for what is no latency of a model: what somebody asked for in seconds."""

    async def hold(self, seconds: float) -> None:
        """Sleep without being a reason for time to pass: a stall waits for the other side."""

    def working(self) -> AbstractContextManager[None]:
        """Keep time from jumping while the body runs and does not sleep."""


class WallClock:
    """Real time, with latencies multiplied by `factor`; 0 answers at once.

    A `pause` or a `hold` is not multiplied: somebody counts its seconds. With `start`,
    in seconds since 1970-01-01 UTC, it shows that moment now and goes on from there.
    """

    def __init__(self, factor: float = 1.0, start: float | None = None) -> None:
        self.factor = factor
        self._ahead = 0.0 if start is None else start - time.time()

    def now(self) -> float:
        """Return seconds since 1970-01-01 UTC."""
        return time.time() + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` times the factor."""
        if seconds * self.factor > 0:
            await asyncio.sleep(seconds * self.factor)

    async def pause(self, seconds: float) -> None:
        """Wait `seconds` of real time."""
        await asyncio.sleep(max(seconds, 0))

    async def hold(self, seconds: float) -> None:
        """Wait `seconds` of real time."""
        await asyncio.sleep(max(seconds, 0))

    def working(self) -> AbstractContextManager[None]:
        """Do nothing: real time passes anyway."""
        return nullcontext()


@dataclass(eq=False)
class _Work:
    """One request that is being worked on, and how many of its tasks are asleep."""

    owner: object
    asleep: int = 0
    over: bool = False


@dataclass(order=True)
class _Sleeper:
    deadline: float
    order: int
    wake: Callable[[], None] = field(compare=False)
    work: _Work | None = field(compare=False)
    waiting: bool = field(compare=False, default=True)


_current: ContextVar[_Work | None] = ContextVar("practice_work", default=None)


class VirtualClock:
    """Time that passes only in jumps; any thread and any event loop may use it.

    `quiet` is the real time in seconds of rule 3, without a word 0.01 and with
    `parties` 0.03; None means that only `advance` moves the clock. `parties` is
    rule 2's number, 0 where it is not known; each that ends costs one `quiet`.
    After `patience` real seconds in which nobody but holders waits, time jumps
    to the end of the earliest hold, so that a client without a time-out is
    found out instead of hanging: keep a client's real time-outs below it.
    """

    def __init__(
        self,
        start: float = START,
        *,
        quiet: float | None = -1.0,
        parties: int = 0,
        patience: float = 5.0,
    ) -> None:
        self.quiet = (0.03 if parties else 0.01) if quiet is not None and quiet < 0 else quiet
        self.parties = parties
        self._present = parties
        self.patience = patience
        self.jumps = 0
        self._now = start
        self._change = threading.Condition(threading.RLock())
        self._sleeping: list[_Sleeper] = []
        self._holding: list[_Sleeper] = []
        self._order = itertools.count()
        self._awake = 0
        self._asleep = 0
        self._moved = time.monotonic()
        self._thread: threading.Thread | None = None

    def now(self) -> float:
        """Return virtual seconds since 1970-01-01 UTC."""
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Return when `seconds` have passed on this clock; at once where that is not positive."""
        await self._sleep(seconds, self._sleeping)

    async def pause(self, seconds: float) -> None:
        """Sleep: here a second is a second for everybody."""
        await self._sleep(seconds, self._sleeping)

    async def hold(self, seconds: float) -> None:
        """Sleep, but let time jump here only when nobody else waits and patience has run out."""
        await self._sleep(seconds, self._holding)

    def wait(self, seconds: float) -> None:
        """Block this thread until `seconds` have passed on this clock."""
        if seconds > 0:
            woken = threading.Event()
            self._enter(seconds, woken.set, self._sleeping)
            woken.wait()

    def advance(self, seconds: float) -> None:
        """Move time forward and wake, in order, everybody whose deadline that reaches."""
        if not seconds >= 0:
            raise ValueError(f"advance({seconds}): time does not go back; give a number >= 0.")
        with self._change:
            target = self._now + seconds
            while (next_ := self._earliest()) is not None and next_ <= target:
                self._jump(next_)
            self._now = target
            self._change.notify_all()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Keep time from jumping while the body runs and none of its tasks sleeps here.

        Inside another such body of the same task it changes nothing.
        """
        outer, owner = _current.get(), _runner()
        if outer is not None and outer.owner is owner and not outer.over:
            yield
            return
        work = _Work(owner)
        before = _current.set(work)
        with self._change:
            self._awake += 1
            self._count_present()
            self._stir()
        try:
            yield
        finally:
            _current.reset(before)
            with self._change:
                work.over = True
                self._awake -= work.asleep == 0
                self._stir()

    async def _sleep(self, seconds: float, queue: list[_Sleeper]) -> None:
        if not seconds > 0:
            return
        loop = asyncio.get_running_loop()
        woken = loop.create_future()

        def finish() -> None:
            if not woken.done():
                woken.set_result(None)

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(finish)

        sleeper = self._enter(seconds, wake, queue)
        try:
            await woken
        finally:
            self._leave(sleeper)

    def _enter(self, seconds: float, wake: Callable[[], None], queue: list[_Sleeper]) -> _Sleeper:
        with self._change:
            work = _current.get()
            work = None if work is None or work.over else work
            sleeper = _Sleeper(self._now + seconds, next(self._order), wake, work)
            heapq.heappush(queue, sleeper)
            if work is None:
                self._moved = time.monotonic()
                self._asleep += 1
            else:
                work.asleep += 1
                self._awake -= work.asleep == 1
                self._asleep += work.asleep == 1
            self._count_present()
            self._settle()
            return sleeper

    def _leave(self, sleeper: _Sleeper) -> None:
        """Count a sleeper as awake again, once: its time has come, or it was cancelled."""
        with self._change:
            if not sleeper.waiting:
                return
            sleeper.waiting = False
            if sleeper.work is None:
                self._moved = time.monotonic()
                self._asleep -= 1
            else:
                sleeper.work.asleep -= 1
                self._awake += sleeper.work.asleep == 0 and not sleeper.work.over
                self._asleep -= sleeper.work.asleep == 0

    def _earliest(self) -> float | None:
        """Return the next deadline of anybody."""
        found = [first.deadline for q in (self._sleeping, self._holding) if (first := _first(q))]
        return min(found, default=None)

    def _jump(self, to: float) -> None:
        self._now = max(self._now, to)
        self.jumps += 1
        for queue in (self._sleeping, self._holding):
            while (first := _first(queue)) is not None and first.deadline <= self._now:
                heapq.heappop(queue)
                self._leave(first)
                first.wake()

    def _count_present(self) -> None:
        self._present = min(self.parties, max(self._present, self._asleep + self._awake))

    def _stir(self) -> None:
        """Note that something came or went, which starts the quiet time anew."""
        self._moved = time.monotonic()
        self._settle()

    def _settle(self) -> None:
        """Jump if a rule allows it now; have the thread do it if one will later."""
        while (due := self._due()) is not None and due[0] <= 0:
            self._jump_when_due(due[1])
        if due is not None:
            self._watch()

    def _due(self) -> tuple[float, float] | None:
        """Return the real seconds until time may jump, and where to; None where it may not."""
        if self._awake or self.quiet is None:
            return None
        since = time.monotonic() - self._moved
        if (first := _first(self._sleeping)) is not None:
            everybody = 0 < self._present <= self._asleep
            return (0.0 if everybody else self.quiet - since), first.deadline
        if (first := _first(self._holding)) is not None:
            return self.patience - since, first.deadline
        return None

    def _jump_when_due(self, to: float) -> None:
        """Jump, and count as gone who has stayed away for the quiet time."""
        self._present = min(self._present, max(self._asleep, 1))
        self._jump(to)

    def _watch(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="practice-clock", daemon=True)
            self._thread.start()
        else:
            self._change.notify_all()

    def _run(self) -> None:
        """Jump when a rule's time has come; end when nobody has slept for a second."""
        with self._change:
            while True:
                due = self._due()
                if due is not None and due[0] <= 0:
                    self._jump_when_due(due[1])
                    continue
                came = self._change.wait(_IDLE_SECONDS if due is None else due[0])
                if not came and due is None and self._due() is None:
                    self._thread = None
                    return


def _runner() -> object:
    """Return the task that runs, else the thread."""
    try:
        return asyncio.current_task() or threading.current_thread()
    except RuntimeError:
        return threading.current_thread()


def _first(queue: list[_Sleeper]) -> _Sleeper | None:
    """Return the sleeper who wakes first, without those who no longer wait."""
    while queue and not queue[0].waiting:
        heapq.heappop(queue)
    return queue[0] if queue else None
