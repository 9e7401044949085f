"""The process that kernels are forked from is begun first, used by every worker, and ended."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder import cli, content
from autograder.grading.classroom import Classroom
from autograder.grading.limits import Limits
from autograder.grading.preload import lesson_plan
from autograder.kernel import Sandbox, require_sandbox
from autograder.kernel.pool import PLACE, WarmPool, shared
from autograder.kernel.started import Plan
from autograder.manifest import Lesson
from tests.grading.damaged.classroom import LESSON, open_course

HEAVY = Plan(Sandbox(), preload=("pandas",))
DYING = """
import os, signal
from autograder.kernel import Sandbox
from autograder.kernel.pool import shared
from autograder.kernel.started import Plan
shared().prepare(Plan(Sandbox(), preload=("pandas",)))
(line,) = shared()._lines.values()
print(line.process.pid, line.folder.parent, flush=True)
input()
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def course(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Open a course with the tiny lesson, which three learners have handed in as it was."""
    place = open_course(tmp_path / "course")
    release = place / "notebooks" / "release" / LESSON / f"{LESSON}.ipynb"
    for learner in ("ada", "ben", "cleo"):
        folder = place / "submitted" / learner / LESSON
        folder.mkdir(parents=True)
        (folder / release.name).write_bytes(release.read_bytes())
    monkeypatch.setenv("RUNGS_ROOT", str(place))
    shared().close()
    monkeypatch.delenv(PLACE, raising=False)
    with content.use_root(place):
        yield place


def test_workers_fork_from_the_parent_that_the_command_began(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its plan is the one that each submission asks for, so there is no other parent; it ends."""
    require_sandbox()
    seen = list[tuple[list[str], int]]()
    closing = WarmPool.close

    def close(pool: WarmPool) -> None:
        for line in pool._lines.values():
            assert line.process is not None
            began = [path.name for path in line.folder.parent.glob("*.sock")]
            seen.append((began, os.pidfd_open(line.process.pid)))
        closing(pool)

    monkeypatch.setattr(WarmPool, "close", close)
    assert cli.main(["grade", LESSON, "--no-collect", "--jobs", "2", "--course", str(course)]) == 0
    assert [mark.learner for mark in Classroom(course).marks(LESSON)] == ["ada", "ben", "cleo"]
    ((began, handle),) = seen
    assert len(began) == 1
    assert ended(handle)
    assert PLACE not in os.environ


@pytest.mark.parametrize("lesson", content.course().ready, ids=lambda lesson: lesson.id)
def test_a_plan_is_made_of_the_lesson_and_the_limits(lesson: Lesson) -> None:
    """It is equal for equal limits and another for others, here and where it is read."""
    plan = lesson_plan(lesson.id, Limits())
    assert plan == lesson_plan(lesson.id, Limits())
    assert plan != lesson_plan(lesson.id, Limits(memory_bytes=1 << 30))
    assert plan == Plan.read(json.loads(json.dumps(plan.describe())))


def test_nothing_is_begun_without_a_sandbox() -> None:
    """A warm parent forks into one; without, there is nothing to share."""
    pool = WarmPool()
    pool.prepare(lesson_plan(content.course().ready[0].id, Limits(unsafe=True)))
    assert list(pool._lines) == []


def test_who_has_nothing_to_grade_does_not_wait_for_imports() -> None:
    """Closing ends a parent in the middle of its imports, and removes its place."""
    pool = WarmPool()
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(PLACE, raising=False)
        pool.prepare(HEAVY)
        (line,) = pool._lines.values()
        assert line.process is not None
        pool.close()
        assert line.process.returncode == -signal.SIGKILL
        assert not line.folder.parent.exists()


def test_a_killed_command_takes_the_parent_along() -> None:
    """Killed while the parent still imports: it ends when it has, for nobody is there."""
    with subprocess.Popen(
        [sys.executable, "-c", DYING],
        env={k: v for k, v in os.environ.items() if k != PLACE},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as command:
        assert command.stdin is not None
        assert command.stdout is not None
        pid, _, place = command.stdout.readline().strip().partition(" ")
        handle = os.pidfd_open(int(pid))
        command.stdin.write("\n")
        command.stdin.close()
        assert command.wait(20) == -signal.SIGKILL
    assert ended(handle)
    assert list(Path(place).glob("*/*")) == []


def ended(handle: int) -> bool:
    """Wait for the end of a process; tell whether it came."""
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    came = bool(waiting.poll(60_000))
    os.close(handle)
    return came
