"""Watch what the processes of one kernel take together, which no limit of a process can bound."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from autograder.kernel.bounds import Bounds
from autograder.kernel.cgroup import Group
from autograder.kernel.started import StartedKernel

__all__ = ["Use", "Watchdog", "processes", "use_of"]

_EVERY = 0.1  # seconds
_PAGE = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Use:
    """What one process takes: bytes in memory, seconds of CPU with its ended children's, threads.

    `resident` counts a page that forks share once for each of them.
    """

    pid: int
    resident: int
    cpu: float
    threads: int


def processes(first: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield first
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{first}/task"):
            with suppress(OSError), open(f"/proc/{first}/task/{thread}/children") as children:
                for child in children.read().split():
                    yield from processes(int(child))


def use_of(pid: int) -> Use | None:
    """Read what a process takes; None where it has ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    cpu = sum(map(int, fields[11:15])) / _TICKS
    return Use(pid, int(fields[21]) * _PAGE, cpu, int(fields[17]))


def share_of(use: Use) -> int:
    """Return a process's memory with shared pages split among their holders."""
    try:
        with open(f"/proc/{use.pid}/smaps_rollup") as file:
            lines = [line.split() for line in file]
        return next(1024 * int(line[1]) for line in lines if line[0] == "Pss:")
    except (OSError, StopIteration, ValueError):
        return use.resident  # A process can hide its own map; it is then charged in full.


class Watchdog:
    """End what takes too much: the largest process for memory, the kernel for the rest.

    `said` is then the reason, as the end of a sentence about who took it.
    """

    def __init__(self, kernel: StartedKernel, bounds: Bounds, group: Group | None = None) -> None:
        self._kernel = kernel
        self._bounds = bounds
        self._group = group
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)
        self.said = ""

    def start(self) -> None:
        """Begin, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """End; afterwards no process is looked at or killed any more."""
        self._stopped.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stopped.wait(_EVERY):
            uses = [use for pid in processes(self._kernel.watched) if (use := use_of(pid))]
            if self._group is not None and self._group.killed:
                self.said = f"took more than {_readable(self._bounds.memory_bytes)} of memory"
                self._kernel.kill()
            if not self._kernel.alive:
                return
            self._judge(uses)

    def _judge(self, uses: list[Use]) -> None:
        bounds = self._bounds
        if sum(use.resident for use in uses) > bounds.memory_bytes:
            shares = {use.pid: share_of(use) for use in uses}
            if sum(shares.values()) > bounds.memory_bytes:
                self.said = f"took more than {_readable(bounds.memory_bytes)} of memory"
                self._end(max(shares, key=lambda pid: shares[pid]))
        if sum(use.cpu for use in uses) > bounds.cpu_seconds:
            self.said = f"computed for more than {bounds.cpu_seconds} seconds"
            self._kernel.kill()
        if sum(use.threads for use in uses) > bounds.processes + 1:  # and the first one inside
            self.said = f"started more than {bounds.processes} processes and threads"
            self._kernel.kill()

    def _end(self, pid: int) -> None:
        """Kill one process of the kernel, unless its number has gone to another meanwhile."""
        with suppress(OSError):
            handle = os.pidfd_open(pid)
            try:
                if pid in set(processes(self._kernel.watched)):
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
            finally:
                os.close(handle)


def _readable(size: int) -> str:
    return f"{size / (1 << 30):g} GB" if size >= 1 << 30 else f"{size / (1 << 20):g} MB"
