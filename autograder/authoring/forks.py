"""Run trusted course code in forked children, each with a wall limit and a pipe back."""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from autograder.errors import ContentError, RungsError

__all__ = ["Emit", "Fork", "Work", "each", "start", "stream"]

Emit = Callable[[Any], None]
Work = Callable[[Emit], None]
Key = TypeVar("Key")


@dataclass
class Fork:
    """One forked child: what it emitted so far, and how it ended.

    `ended` is "" after a normal end, otherwise a sentence.
    """

    pid: int
    pipe: int
    deadline: float
    leader: bool
    emitted: list[Any] = field(default_factory=list)
    ended: str = ""
    _rest: bytes = b""

    def read(self) -> bool:
        """Take what the pipe holds; return False once the child is done and reaped."""
        chunk = os.read(self.pipe, 1 << 20)
        if not chunk:
            self._reap()
            return False
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        self.emitted += [json.loads(line) for line in lines]
        return True

    def kill(self, why: str) -> None:
        """End the child (and, for a leader, the children it has) and reap it."""
        with suppress(ProcessLookupError):
            (os.killpg if self.leader else os.kill)(self.pid, signal.SIGKILL)
        self._reap()
        self.ended = why

    def _reap(self) -> None:
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        if self.emitted and _is_end(self.emitted[-1]):
            self.ended = self.emitted.pop()["ended"]
        else:
            code = os.waitstatus_to_exitcode(status)
            self.ended = f"its process ended before its work did, with status {code}"


def start(work: Work, limit: float, leader: bool = False) -> Fork:
    """Fork and run `work(emit)` in the child, silently; a leader's kill reaches its children."""
    ours, theirs = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    with warnings.catch_warnings():
        # A lesson's libraries may have started threads; ours hold no lock across this line.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid == 0:
        os.close(ours)
        _child(work, theirs, leader)
    os.close(theirs)
    if leader:
        # Both sides ask, so that it holds whoever runs first.
        with suppress(OSError):
            os.setpgid(pid, pid)
    return Fork(pid, ours, time.monotonic() + limit, leader)


def each(works: Iterable[tuple[Key, Work]], jobs: int, limit: float) -> Iterator[tuple[Key, Fork]]:
    """Run works, `jobs` at once and `limit` seconds each; yield each child as it ends."""
    waiting = iter(works)
    live: dict[int, tuple[Key, Fork]] = {}
    try:
        while True:
            while len(live) < jobs and (following := next(waiting, None)) is not None:
                fork = start(following[1], limit)
                live[fork.pipe] = (following[0], fork)
            if not live:
                return
            for pipe in _finished(live, limit):
                yield live.pop(pipe)
    finally:
        for _, fork in live.values():
            fork.kill("stopped")


def stream(work: Work, limit: float) -> Iterator[Any]:
    """Run one work in a child of its own and yield what it emits, as it comes.

    Raises `RuntimeError` with a sentence where the child dies or exceeds `limit` seconds.
    """
    fork = start(work, limit, leader=True)
    done = False
    try:
        while not done:
            left = fork.deadline - time.monotonic()
            if left <= 0 or not select.select([fork.pipe], [], [], left)[0]:
                break
            done = not fork.read()
            while fork.emitted and not _is_end(fork.emitted[0]):
                yield fork.emitted.pop(0)
    finally:
        if not done:
            fork.kill(f"it took more than {limit:g} seconds")
    if fork.ended:
        raise RuntimeError(fork.ended)


def _finished(live: dict[int, tuple[Any, Fork]], limit: float) -> list[int]:
    soonest = min(fork.deadline for _, fork in live.values())
    ready, _, _ = select.select(list(live), [], [], max(0.0, soonest - time.monotonic()))
    done = [pipe for pipe in ready if not live[pipe][1].read()]
    now = time.monotonic()
    for pipe, (_, fork) in live.items():
        if pipe not in done and fork.deadline <= now:
            fork.kill(f"it took more than {limit:g} seconds")
            done.append(pipe)
    return done


def _child(work: Work, pipe: int, leader: bool) -> None:
    status = 1
    try:
        if leader:
            os.setpgid(0, 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN if leader else signal.SIG_DFL)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nowhere, standard)
        warnings.simplefilter("ignore")
        with os.fdopen(pipe, "wb") as out:

            def emit(value: Any) -> None:
                out.write(json.dumps(value).encode() + b"\n")
                out.flush()

            try:
                work(emit)
            except BaseException as err:
                emit({"ended": _sentence(err)})
            else:
                emit({"ended": ""})
                status = 0
    finally:
        # Never back into the caller's stack: its cleanup belongs to the parent.
        os._exit(status)


def _is_end(value: Any) -> bool:
    return isinstance(value, dict) and set(value) == {"ended"}


def _sentence(err: BaseException) -> str:
    if isinstance(err, ContentError):
        return str(err)  # It names its place already.
    origin = err.__cause__ if isinstance(err, RungsError) else err
    last = traceback.extract_tb(origin.__traceback__)[-1:] if origin else []
    place = f" ({Path(last[0].filename).name}:{last[0].lineno})" if last else ""
    return f"{err}{place}" if isinstance(err, RungsError) else f"{type(err).__name__}: {err}{place}"
