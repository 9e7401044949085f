"""Grade on this machine: a few worker processes, each answering one order at a time."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, Pipe, wait
from typing import Protocol

from autograder.grading.limits import Limits
from autograder.grading.worker import ANSWER
from autograder.kernel.pool import shared

__all__ = ["Answer", "LocalPool", "Lost", "Pool", "Task", "local_pool"]

_TRIES = 2
_SECONDS = 900.0
_SPARE_SECONDS = 180
_SHOWN = 300
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMEXPR_NUM_THREADS")


@dataclass(frozen=True)
class Lost:
    """Say why an order got no answer although it was tried twice."""

    reason: str


@dataclass
class Task:
    """Carry one packed order, under the name that its answer comes back with."""

    name: str
    packed: bytes = field(repr=False)
    until: float = 0.0
    deaths: list[str] = field(default_factory=list)


Answer = tuple[str, bytes | Lost]


class Pool(Protocol):
    """Answer tasks in any order, reading them only as there is room for more."""

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield each task's name with its packed answer, or with why there is none."""
        ...


class LocalPool:
    """Run `jobs` worker processes; one that dies or hangs is replaced and its task tried again.

    `seconds` bounds one task in all; `function` names what a worker calls.
    """

    def __init__(self, jobs: int, seconds: float = _SECONDS, function: str = ANSWER) -> None:
        self._jobs = jobs
        self._seconds = seconds
        self._function = function
        self._idle: list[_Worker] = []

    def hire(self) -> None:
        """Start workers before there are tasks, so that they load meanwhile; `close` ends them."""
        shared().place()  # All workers find the processes that kernels are forked from in one.
        self._start(min(self._jobs, _cores()) - len(self._idle))

    def close(self) -> None:
        """End workers that wait for a task."""
        while self._idle:
            self._idle.pop().end()

    def answers(self, tasks: Iterable[Task]) -> Iterator[Answer]:
        """Yield answers as they come; see `Pool`."""
        shared().place()  # All workers find the processes that kernels are forked from in one.
        waiting, again = iter(tasks), list[Task]()
        busy: dict[Connection, tuple[_Worker, Task]] = {}
        found: list[Answer] = []
        try:
            while True:
                while len(busy) < self._jobs and (task := _following(again, waiting)) is not None:
                    worker = self._hired(len(busy))
                    task.until = time.monotonic() + self._seconds
                    worker.give(task.packed)
                    busy[worker.line] = worker, task
                # Whoever takes an answer may be long about it; by now the workers are busy again.
                yield from found
                found.clear()
                if not busy:
                    return
                for worker, task in self._done(busy):
                    got = worker.take()
                    if got is not None:
                        self._idle.append(worker)
                        found.append((task.name, got))
                        continue
                    task.deaths.append(worker.end())
                    if len(task.deaths) < _TRIES:
                        again.append(task)
                    else:
                        found.append((task.name, Lost(_sentence(task.deaths))))
        finally:
            self.close()
            for worker, _ in busy.values():
                worker.end()

    def _hired(self, busy: int) -> _Worker:
        if not self._idle:
            # One a core starts at once, so that they load side by side; more as tasks want them.
            self._start(max(1, min(self._jobs, _cores()) - busy))
        return self._idle.pop()

    def _start(self, workers: int) -> None:
        self._idle += [_Worker(self._function) for _ in range(workers)]

    def _done(self, busy: dict[Connection, tuple[_Worker, Task]]) -> list[tuple[_Worker, Task]]:
        """Wait for answers and deaths; kill what is over its time, which shows as a death."""
        first = min(task.until for _, task in busy.values())
        ready = wait(list(busy), max(0.0, first - time.monotonic()))
        for worker, task in busy.values():
            if not ready and task.until <= time.monotonic():
                worker.kill(f"no answer came within {self._seconds:g} s")
        return [busy.pop(line) for line in list(busy) if line in ready]


class _Worker:
    """Hold one worker process and the trusted end of the line to it."""

    def __init__(self, function: str) -> None:
        self.line, theirs = Pipe()
        self._said = tempfile.TemporaryFile()  # noqa: SIM115  # closed in `end`
        self._why = ""
        module = [sys.executable, "-m", "autograder.grading.worker"]
        self._process = subprocess.Popen(
            [*module, str(theirs.fileno()), function],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=self._said,
            stderr=self._said,
            env=os.environ | dict.fromkeys(_THREADS, "1"),
            # A Ctrl-C is the driver's: it lets what is done be written, and then ends these.
            start_new_session=True,
        )
        theirs.close()

    def give(self, packed: bytes) -> None:
        """Send a task; a worker that is dead already shows it when its answer is taken."""
        with suppress(OSError):
            self.line.send_bytes(packed)

    def take(self) -> bytes | None:
        """Receive an answer; None from a worker that died."""
        try:
            return self.line.recv_bytes()
        except (EOFError, OSError):
            return None

    def kill(self, why: str) -> None:
        """End it by force and keep the reason."""
        self._why = why
        self._process.kill()

    def end(self) -> str:
        """Let go of the process and say how it ended, if by itself."""
        self.line.close()
        try:
            status = self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._said.seek(0)
        said = self._said.read().decode(errors="replace").strip().splitlines()
        self._said.close()
        how = f"signal {-status}" if status < 0 else f"status {status}"
        last = f": {said[-1][:_SHOWN]}" if said else ""
        return self._why or f"the worker ended with {how}{last}"


def local_pool(limits: Limits, jobs: int = 0) -> LocalPool:
    """Make a pool of worker processes for this machine; 0 jobs means one a core."""
    seconds = limits.submission_seconds + _SPARE_SECONDS
    return LocalPool(jobs or _cores(), seconds)


def _cores() -> int:
    return len(os.sched_getaffinity(0))


def _following(again: list[Task], waiting: Iterator[Task]) -> Task | None:
    return again.pop() if again else next(waiting, None)


def _sentence(deaths: list[str]) -> str:
    return f"grading it ended its worker {len(deaths)} times ({'; '.join(dict.fromkeys(deaths))})."
