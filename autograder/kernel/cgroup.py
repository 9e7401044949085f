"""Control groups: limits by the system itself on all processes of one kernel together.

They stand behind the limits of each process and the watchdog, which say what
happened and work everywhere; a group also holds what neither can see, such as
a burst between two looks. Only version 2 is used, and only where memory and
the number of processes can be limited beside this process; elsewhere there is
no group.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from autograder.kernel.bounds import Bounds

__all__ = ["Group", "find", "hold", "limits_of", "make"]

_PREFIX = "rungs-"
_NEEDED = {"memory", "pids"}
_PRIVATE = 3  # /tmp, /home and /dev/shm inside: what is written there is memory of the group


@dataclass(frozen=True)
class Group:
    """Hold one group: a folder of the system's own."""

    folder: Path

    @property
    def killed(self) -> bool:
        """Tell whether the system has ended a process here because the memory was used up."""
        try:
            events = (self.folder / "memory.events").read_text()
        except OSError:
            return False
        return any(line.split()[1] != "0" for line in events.splitlines() if "oom_kill " in line)

    def remove(self) -> None:
        """Remove the group; the next to make one removes what is left."""
        with suppress(OSError):
            self.folder.rmdir()


def hold(pids: Iterable[int], bounds: Bounds) -> Group | None:
    """Put these processes into a group of their own; None where there can be none."""
    parent = _parent()
    return None if parent is None else make(parent, pids, limits_of(bounds))


def make(parent: Path, pids: Iterable[int], limits: dict[str, str]) -> Group | None:
    """Make a group with limits, by file name, and members; None where the system refuses."""
    _sweep(parent)
    try:
        group = Group(Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=parent)))
    except OSError:
        return None
    try:
        for name, most in limits.items():
            (group.folder / name).write_text(most)
        for pid in pids:  # what they start from now on is in it too
            (group.folder / "cgroup.procs").write_text(str(pid))
    except OSError:
        group.remove()
        return None
    with suppress(OSError):  # not everywhere is swap counted
        (group.folder / "memory.swap.max").write_text("0")
    return group


def limits_of(bounds: Bounds) -> dict[str, str]:
    """Return the limits by file name: above the watchdog's, whose sentence should come first."""
    return {
        "memory.max": str(bounds.memory_bytes + _PRIVATE * bounds.disk_bytes),
        "pids.max": str(2 * bounds.processes),
    }


@lru_cache(maxsize=1)
def _parent() -> Path | None:
    return find()


def find(proc: Path = Path("/proc/self")) -> Path | None:
    """Return the nearest group above this process in which one with limits can be made.

    A group whose members are processes may not limit groups below it, so that
    is never this process's own, but the root's.
    """
    try:
        mounts = (proc / "mounts").read_text().splitlines()
        groups = (proc / "cgroup").read_text().splitlines()
    except OSError:
        return None
    root = next((line.split()[1] for line in mounts if line.split()[2] == "cgroup2"), None)
    own = next((line[3:] for line in groups if line.startswith("0::")), None)
    if root is None or own is None or ".." in Path(own).parts:
        return None
    places = [Path(root + own), *_above(Path(root), Path(root + own))]
    return next((place for place in places if _delegates(place)), None)


def _above(root: Path, own: Path) -> Iterator[Path]:
    yield from (place for place in own.parents if place.is_relative_to(root))


def _delegates(place: Path) -> bool:
    """Tell whether groups below have the controllers, and this process may make and fill one."""
    try:
        passed_on = set((place / "cgroup.subtree_control").read_text().split())
    except OSError:
        return False
    return (
        passed_on >= _NEEDED
        and os.access(place, os.W_OK)
        and os.access(place / "cgroup.procs", os.W_OK)
    )


def _sweep(parent: Path) -> None:
    """Remove the groups of processes that were killed; one with a process in it stays."""
    for folder in parent.glob(f"{_PREFIX}*-*"):
        with suppress(OSError, ValueError):
            owner = int(folder.name.removeprefix(_PREFIX).partition("-")[0])
            if not Path(f"/proc/{owner}").exists():
                folder.rmdir()
