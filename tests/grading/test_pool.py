"""How many worker processes a pool starts, and that none of them stays."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from autograder.grading import pool
from autograder.grading.pool import LocalPool, Task

CORES = 2
ECHO = "tests.grading.test_pool:echo"


def echo(packed: bytes) -> bytes:
    """Answer with the order; `meet FOLDER N` first waits until N workers have met there."""
    kind, _, rest = packed.partition(b" ")
    if kind == b"meet":
        folder, wanted = rest.decode().rsplit(" ", 1)
        Path(folder, str(time.monotonic_ns())).touch()
        while len(list(Path(folder).iterdir())) < int(wanted):
            time.sleep(0.01)
    return packed


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[pool._Worker]:
    """Collect every worker that is started, on a machine of two cores."""
    made: list[pool._Worker] = []

    class Noted(pool._Worker):
        def __init__(self, function: str) -> None:
            super().__init__(function)
            made.append(self)

    monkeypatch.setattr(pool, "_Worker", Noted)
    monkeypatch.setattr(pool, "_cores", lambda: CORES)
    return made


def ended(workers: list[pool._Worker]) -> bool:
    """Say whether every process is gone."""
    return all(worker._process.poll() is not None for worker in workers)


def test_hired_workers_are_one_a_core_and_end_unused(started: list[pool._Worker]) -> None:
    """Asked twice there are no more; closing ends those that never got a task."""
    hired = LocalPool(8, function=ECHO)
    hired.hire()
    hired.hire()
    assert len(started) == CORES
    hired.close()
    assert ended(started)


@pytest.mark.parametrize(("jobs", "workers"), [(1, 1), (2, 2), (8, CORES)])
def test_one_task_starts_no_crowd(started: list[pool._Worker], jobs: int, workers: int) -> None:
    """However many jobs are allowed, a class of one starts at most a worker a core."""
    assert list(LocalPool(jobs, function=ECHO).answers([Task("ada", b"x")])) == [("ada", b"x")]
    assert len(started) == workers
    assert ended(started)


def test_jobs_above_the_cores_all_work(started: list[pool._Worker], tmp_path: Path) -> None:
    """Five tasks that wait for one another are answered by five workers side by side."""
    tasks = [Task(str(n), f"meet {tmp_path} 5".encode()) for n in range(5)]
    answers = dict(LocalPool(5, function=ECHO).answers(iter(tasks)))
    assert answers == {task.name: task.packed for task in tasks}
    assert len(started) == 5
    assert ended(started)
