"""Run a notebook in the sandbox on cases drawn for this occasion."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder import content
from autograder.grading.reading import read_submission
from autograder.grading.submission import grade_notebook
from autograder.judging.seeds import official_seeds, practice_seeds
from autograder.manifest import Lesson, Task

__all__ = ["Earned", "fresh_seeds", "regrade", "shown_tasks"]


@dataclass(frozen=True)
class Earned:
    """What one task earned: marks out of `points`, on these seeds, and why not more."""

    task: str
    mark: float
    points: float
    seeds: tuple[int, ...]
    reason: str = ""


def shown_tasks(lesson: Lesson) -> tuple[Task, ...]:
    """List the tasks that code can show again; a record of one case is not among them."""
    return tuple(task for task in lesson.tasks if not task.case)


def fresh_seeds(lesson: Lesson) -> dict[str, list[int]]:
    """Draw cases that nobody has seen before, as many as a mark rests on."""
    secret, course = secrets.token_bytes(32), content.course().course
    return {
        task.id: official_seeds(secret, course.version, lesson.id, task.id, "", course.seeds)
        for task in shown_tasks(lesson)
    }


def regrade(folder: Path, lesson: Lesson, seeds: Mapping[str, list[int]]) -> tuple[Earned, ...]:
    """Replay the notebook of a folder in a sandbox and judge its tasks on these cases.

    Raise `SandboxUnavailable` where there is none, `SubmissionError` where no
    notebook can be read.
    """
    notebook = read_submission(folder, lesson.id).nb

    def cases(task: str) -> list[int]:
        return seeds.get(task) or practice_seeds(lesson.id, task, count=1)

    graded = grade_notebook(notebook, lesson.id, cases)
    return tuple(
        Earned(task.id, found.mark, task.points, tuple(seeds[task.id]), found.reason)
        for task in shown_tasks(lesson)
        for found in (graded.verdicts[task.id],)
    )
