"""A learner's record in a folder of the test's own, and a way to write its past."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder import content
from autograder.judging.attempts import FILE, Attempt, Attempts


@dataclass(frozen=True)
class Learner:
    """Somebody with a record; `root` holds `.rungs` and, for notebooks, `work`."""

    root: Path

    @property
    def record(self) -> Attempts:
        return Attempts(self.root / ".rungs")

    def solve(self, lesson: str, task: str, variant: int = 0, copied: bool = False) -> None:
        """Pass a task now."""
        digest = f"right-{variant}"
        self.record.keep(Attempt(lesson, task, variant, 1.0, True, digest, copied=copied))

    def fail(self, lesson: str, task: str, digest: str, variant: int = 0) -> None:
        """Fail a task now, with half of its points."""
        self.record.keep(Attempt(lesson, task, variant, 0.5, False, digest, "wrong"))

    def finish(self, lesson: str) -> None:
        """Pass every task of a lesson now."""
        for task in content.course().lesson(lesson).tasks:
            self.solve(lesson, task.id)

    def age(self, days: float) -> None:
        """Move all that is recorded into the past."""
        with sqlite3.connect(self.root / ".rungs" / FILE) as connection:
            for table in ("attempts", "reveals", "reviews"):
                connection.execute(f"UPDATE {table} SET time = time - ?", (days * 86_400,))
        connection.close()


@pytest.fixture
def learner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Learner:
    """Give a test a learner whose commands find only this record."""
    (tmp_path / "work").mkdir()
    monkeypatch.setenv("RUNGS_HOME", str(tmp_path / ".rungs"))
    monkeypatch.chdir(tmp_path)
    return Learner(tmp_path)
