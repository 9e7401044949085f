"""How much faster grading is than stock nbgrader and otter; run by `make bench`.

One run, alternating blocks, medians, the same answers and the same calls
(`tests.bench.rivals`). Ours grades in the sandbox, two submissions at once;
the other two as they come. Every time is a whole command's, from its start to
its end. Run it on an otherwise idle machine: other programs' load falls on
whoever happens to run.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from autograder import content
from autograder.grading.classroom import Classroom
from autograder.grading.pool import LocalPool
from autograder.manifest import Lesson
from tests.bench import test_kernel_cost
from tests.bench.rivals import ROOT, Otter, Ours, Stock, otter_python

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
FIXTURE = Path(__file__).parent / "fixtures" / "course"
LESSONS = [lesson.id for lesson in content.course().ready]
LIGHT = "11_price_an_answer"
OURS, THEIRS = 60, 15
JOBS = 2


@dataclass(frozen=True)
class Race:
    """Name a lesson, how many blocks each grader gets, and the bar against stock nbgrader."""

    name: str
    lesson: str
    blocks: int
    otters: int
    bar: float


HEAVY = Race("heavy", "92_nearest_sentence", 1, 2, 20.0)
RACES = (HEAVY, Race("light", LIGHT, 2, 4, 5.0))


@pytest.fixture
def tell(capsys: pytest.CaptureFixture[str]) -> Callable[[str], None]:
    """Print a line past pytest's capture, with the machine's load."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text} [load {os.getloadavg()[0]:.1f}]", end="", flush=True)

    return line


@contextmanager
def known(lesson_id: str) -> Iterator[Lesson]:
    """Find a lesson of the course, or of the fixtures."""
    with nullcontext() if lesson_id in LESSONS else content.use_root(FIXTURE):
        yield content.course().lesson(lesson_id)


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
def test_ratios(
    race: Race, tmp_path: Path, tell: Callable[[str], None], say_last: Callable[[str], None]
) -> None:
    """Throughput is at least the bar's multiple of stock nbgrader's."""
    with known(race.lesson) as lesson:
        ours, stock = Ours(tmp_path / "ours", lesson), Stock(tmp_path / "stock", lesson)
        solved = ours.solved()
        ours.hand_in(learners(OURS), solved)
        stock.hand_in(learners(THEIRS), stock.solved())
        mine, theirs = [ours.grade(JOBS) / OURS], []
        tell(f"{race.name}: rungs {mine[-1]:.2f} s a submission, {OURS} of them")
        for _ in range(race.blocks):
            theirs.append(stock.grade() / THEIRS)
            tell(f"{race.name}: nbgrader autograde {theirs[-1]:.2f} s, {THEIRS} of them")
            mine.append(ours.grade(JOBS) / OURS)
            tell(f"{race.name}: rungs {mine[-1]:.2f} s")
        python = otter_python(ROOT / ".rungs" / "bench" / "otter")
        otter = Otter(tmp_path / "otter", lesson)
        others = [otter.grade(python, solved) for _ in range(race.otters)]
        median = statistics.median(mine)
        tell(f"{race.name}: otter run {statistics.median(others):.2f} s (median of {len(others)})")
        tell(f"{race.name}: {statistics.median(others) / median:.1f}x otter's throughput\n")
        ratio = statistics.median(theirs) / median
        say_last(f"ratio {race.name} {ratio:.1f}x")
    assert ratio >= race.bar


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_costs_little_more_than_its_cells(
    name: str, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    """Wall time is at most 1.25 x (all cells' time / cores) + 0.3 s a submission."""
    with known(name) as lesson:
        ours = Ours(tmp_path / "ours", lesson)
        ours.hand_in(learners(OURS), ours.solved())
        wall = ours.grade(JOBS)
        cells = sum(map(cell_seconds, (tmp_path / "ours" / "autograded").rglob("*.ipynb")))
    allowed = 1.25 * cells / JOBS + 0.3 * OURS
    tell(
        f"{name}: {wall:.1f} s for {OURS} submissions, allowed {allowed:.1f} s "
        f"(cells {cells:.1f} s on {JOBS} cores)\n"
    )
    assert wall <= allowed


def test_an_empty_notebook_costs_little(tmp_path: Path, tell: Callable[[str], None]) -> None:
    """A submission costs at most 0.3 s beside its cells, the sandbox at most 0.1 s of that."""
    with known(LIGHT) as lesson:
        ours, stock = Ours(tmp_path / "ours", lesson), Stock(tmp_path / "stock", lesson)
        ours.hand_in(learners(OURS), blank(ours.solved()))
        stock.hand_in(learners(THEIRS), blank(stock.solved()))
        fixed = statistics.median(steps(ours))
        few = [f"--student={next(learners(1))}"]
        started = stock.grade(*few, full=False)
        beside = (stock.grade(full=False) - started) / (THEIRS - 1)
    sandbox = statistics.median(test_kernel_cost.in_a_sandbox() for _ in range(20))
    fork = statistics.median(forked() for _ in range(20))
    tell(
        f"an empty notebook: {1000 * fixed:.0f} ms, nbgrader autograde {1000 * beside:.0f} ms; "
        f"the sandbox {1000 * (sandbox - fork):.0f} ms of it\n"
    )
    assert fixed <= 0.3
    assert sandbox - fork <= 0.1


def learners(count: int) -> Iterator[str]:
    """Make learners' names."""
    return (f"learner{n:03}" for n in range(count))


def blank(notebook: NotebookNode) -> NotebookNode:
    """Empty every code cell."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = ""
    return notebook


def cell_seconds(path: Path) -> float:
    """Sum what the kernel needed for each cell of an executed notebook, by its own clock."""
    runs = [c.metadata.get("execution", {}) for c in nbformat.read(path, 4).cells]
    return sum(
        (_time(run["iopub.status.idle"]) - _time(run["iopub.status.busy"])).total_seconds()
        for run in runs
        if {"iopub.status.idle", "iopub.status.busy"} <= run.keys()
    )


def steps(ours: Ours) -> list[float]:
    """Grade one submission after the other; return the seconds between their reports."""
    classroom = Classroom(ours.place)
    waiting = classroom.submitted(ours.lesson.id)
    reports: Any = classroom.batch(ours.lesson.id).run(waiting, LocalPool(1))
    stamps = [time.perf_counter() for _ in reports]
    # The first one waits until everything is loaded.
    return [after - before for before, after in pairwise(stamps)]


def forked() -> float:
    """Return the seconds of a fork that does nothing."""
    started = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return time.perf_counter() - started


def _time(said: str) -> datetime:
    return datetime.fromisoformat(said)
