"""A class on one lesson for tests of grading runs, with light workers or real ones."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from autograder.grading.batch import Report
from autograder.grading.classroom import Classroom
from autograder.grading.pool import LocalPool, Pool
from tests.grading import synthetic
from tests.instructor.desk import Desk, answered, open_desk

LESSON = "11_price_an_answer"
WRITTEN = "written-cost_memo"
SYNTHETIC = "tests.grading.synthetic:answer"
ROOT = Path(__file__).resolve().parents[2]


class Class(Desk):
    """A desk whose submissions are graded by light workers."""

    def hands_in(self, learner: str, answer: str = "solved", memo: str = "") -> None:
        """Submit a notebook with one text as the answer to every task."""
        tasks = {task.id: f"# {answer}" for task in self.lesson.tasks}
        self.hand_in(learner, answered(self.released(), tasks, memo))

    def grade(self, *, jobs: int = 2, pool: Pool | None = None, **how: Any) -> dict[str, Report]:
        """Grade everybody; return the reports by learner."""
        room = Classroom(self.course)
        batch = room.batch(LESSON, **how)
        pool = pool or LocalPool(jobs, function=SYNTHETIC)
        return {one.learner: one for one in batch.run(room.submitted(LESSON), pool)}

    def worked(self) -> list[str]:
        """List whom workers have worked on so far, in order."""
        path = Path(os.environ[synthetic.LOG])
        return path.read_text().split() if path.exists() else []

    def totals(self) -> dict[str, float]:
        """Read everybody's automatic total."""
        marks = self.automatic()
        return {who: sum(mark or 0 for mark in cells.values()) for who, cells in marks.items()}


def copy_of(template: Class, place: Path) -> Class:
    """Copy a class that nobody has submitted to yet."""
    shutil.copytree(template.course, place)
    return Class(place, template.lesson)


def template(place: Path) -> Class:
    """Make a class with an empty gradebook."""
    desk = open_desk(place, LESSON)
    return Class(desk.course, desk.lesson)


@contextmanager
def python(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Start this Python on something beside the tests; kill it at the end."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def line_of(process: subprocess.Popen[str], words: str) -> str:
    """Wait for a line that has these words; fail with what was said instead."""
    said: list[str] = []
    for line in process.stdout or ():
        said.append(line)
        if words in line:
            return line
    raise AssertionError("".join(said))


def without_times(notebook: Any) -> Any:
    """Drop from a notebook when its cells ran."""
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    return notebook


def names(count: int, stem: str = "learner") -> Iterable[str]:
    """Make learners' names."""
    return [f"{stem}{n:04}" for n in range(count)]
