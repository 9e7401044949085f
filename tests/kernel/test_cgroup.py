"""Control groups: found only where they can be used, filled, and removed with their kernel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.kernel import Bounds, Sandbox, cgroup
from autograder.kernel.started import Plan, start_cold
from autograder.kernel.watchdog import Watchdog, processes

OWN = "/user.slice/user-0.slice/session-1.scope"


def machine(place: Path, own: str = OWN, delegates: dict[str, str] | None = None) -> Path:
    """Write a tree of groups and what `/proc/self` says of it; return the latter."""
    root, proc = place / "groups", place / "proc"
    proc.mkdir()
    (proc / "mounts").write_text(f"proc /proc proc rw 0 0\ncgroup2 {root} cgroup2 rw 0 0\n")
    (proc / "cgroup").write_text(f"1:name=systemd:/x\n0::{own}\n")
    for folder in [root, *(root / p for p in (OWN[1:], *map(str, Path(OWN[1:]).parents)))]:
        folder.mkdir(parents=True, exist_ok=True)
        inner = f"/{folder.relative_to(root)}".rstrip(".")
        (folder / "cgroup.subtree_control").write_text((delegates or {}).get(inner, ""))
        (folder / "cgroup.procs").write_text("")
    return proc


@pytest.mark.parametrize(
    ("delegates", "found"),
    [
        ({}, None),
        ({"/": "cpu io memory pids"}, ""),
        ({"/": "memory pids", "/user.slice": "memory pids"}, "user.slice"),
        ({"/": "memory pids", "/user.slice": "memory"}, ""),
        ({"/": "pids", "/user.slice/user-0.slice": "cpu memory pids"}, "user.slice/user-0.slice"),
    ],
)
def test_the_nearest_group_that_passes_both_controllers_on(
    tmp_path: Path, delegates: dict[str, str], found: str | None
) -> None:
    """Memory without pids, or the other way round, is not enough."""
    proc = machine(tmp_path, delegates=delegates)
    assert cgroup.find(proc) == (None if found is None else tmp_path / "groups" / found)


@pytest.mark.parametrize("mounts", ["tmpfs /tmp tmpfs rw 0 0\n", "cgroup /g/pids cgroup rw 0 0\n"])
def test_without_version_2_there_is_none(tmp_path: Path, mounts: str) -> None:
    """No mount, or the old version only."""
    proc = machine(tmp_path, delegates={"/": "memory pids"})
    (proc / "mounts").write_text(mounts)
    assert cgroup.find(proc) is None


def test_a_group_outside_what_is_seen_is_left_alone(tmp_path: Path) -> None:
    """A container that shows only part of the tree says so by `..`."""
    assert cgroup.find(machine(tmp_path, "/../other", {"/": "memory pids"})) is None


def test_limits_leave_the_first_word_to_the_watchdog(tmp_path: Path) -> None:
    """They are above its own: it says what happened, the group only holds what it missed."""
    bounds = Bounds(memory_bytes=100, disk_bytes=10, processes=5)
    group = cgroup.make(tmp_path, [7, 8], cgroup.limits_of(bounds))
    assert group is not None
    written = {path.name: path.read_text() for path in group.folder.iterdir()}
    assert written == {
        "cgroup.procs": "8",
        "memory.max": "130",
        "memory.swap.max": "0",
        "pids.max": "10",
    }


def test_a_refusal_leaves_nothing(tmp_path: Path) -> None:
    """Where a limit is not taken there is no group, and the other limits hold alone."""
    assert cgroup.make(tmp_path, [1], {"missing/memory.max": "1"}) is None
    assert list(tmp_path.iterdir()) == []
    assert cgroup.make(tmp_path / "gone", [1], {}) is None


def test_what_a_killed_process_left_is_removed(tmp_path: Path) -> None:
    """Groups of processes that are gone go; those of the living stay."""
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    left, living = tmp_path / f"rungs-{gone.pid}-a", tmp_path / f"rungs-{os.getpid()}-b"
    left.mkdir()
    living.mkdir()
    group = cgroup.make(tmp_path, [], {})
    assert group is not None
    (group.folder / "memory.swap.max").unlink()  # a folder of the system's needs no emptying
    group.remove()
    assert list(tmp_path.iterdir()) == [living]


def test_an_end_by_the_system_is_told(tmp_path: Path) -> None:
    """The watchdog says memory where the group counts a process that was killed for it."""
    kernel = start_cold(Plan(Sandbox()))
    kernel.arrive()
    (tmp_path / "memory.events").write_text("low 0\noom 1\noom_kill 1\noom_group_kill 0\n")
    group = cgroup.Group(tmp_path)
    assert group.killed
    watchdog = Watchdog(kernel, Bounds(memory_bytes=300 << 20), group)
    watchdog.start()
    assert kernel.ended(10)
    watchdog.stop()
    kernel.release()
    assert watchdog.said == "took more than 300 MB of memory"
    (tmp_path / "memory.events").write_text("low 0\noom 1\noom_kill 0\noom_group_kill 0\n")
    assert not group.killed


def test_a_kernel_is_put_in_and_the_group_goes_with_it() -> None:
    """For real, with limits where this machine passes them on, and else without.

    Where there is no version 2 at all, or none that can be written, nothing is found.
    """
    parent, limits = cgroup.find(), cgroup.limits_of(Bounds())
    if parent is None:
        parent, limits = _top(), {}
    if parent is None:
        assert cgroup.hold([os.getpid()], Bounds()) is None
        return
    kernel = start_cold(Plan(Sandbox()))
    kernel.arrive()
    pids = list(processes(kernel.watched))
    group = cgroup.make(parent, pids, limits)
    assert group is not None
    members = [int(pid) for pid in (group.folder / "cgroup.procs").read_text().split()]
    assert sorted(members) == sorted(pids)
    kernel.release()
    group.remove()
    assert not group.folder.exists()


def _top() -> Path | None:
    """Return the root of version 2 where this process may write to it."""
    lines: list[Any] = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    found = next((Path(line[1]) for line in lines if line[2] == "cgroup2"), None)
    return found if found is not None and os.access(found / "cgroup.procs", os.W_OK) else None
