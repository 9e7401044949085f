"""Where a learner stands: tasks, lessons, competencies, predictions, and what is due."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median
from typing import Any, Literal

from autograder import content
from autograder.judging.attempts import Attempts
from autograder.judging.prediction import number
from autograder.manifest import Course, Lesson, Task
from autograder.progress.memory import Event, Memory, memory

__all__ = ["Foresight", "LessonStanding", "Standing", "TaskStanding", "standing"]

State = Literal["untouched", "tried", "solved", "shown"]


@dataclass(frozen=True)
class TaskStanding:
    """One task: `solved` on one's own, `shown` where only the revealed reference passed."""

    lesson: str
    task: Task
    state: State
    attempts: int
    best: float
    memory: Memory | None
    open_review: bool

    @property
    def done(self) -> bool:
        """Tell whether it passed in some way."""
        return self.state in ("solved", "shown")


@dataclass(frozen=True)
class LessonStanding:
    """A lesson that stands, with its tasks in order."""

    lesson: Lesson
    tasks: tuple[TaskStanding, ...]

    @property
    def finished(self) -> bool:
        """Tell whether every task passed."""
        return all(task.done for task in self.tasks)

    @property
    def points(self) -> float:
        """Add up the points of the tasks that passed on practice cases."""
        return sum(task.task.points for task in self.tasks if task.done)


@dataclass(frozen=True)
class Foresight:
    """Predictions that have met their outcomes.

    `right` were the outcome itself, `near` numbers within a quarter of it, and
    `lean` is the median of prediction over outcome among positive numbers
    (1 means neither too high nor too low; None without any).
    """

    compared: int
    right: int
    near: int
    lean: float | None


@dataclass(frozen=True)
class Standing:
    """All that the record says about one learner, at one moment."""

    lessons: tuple[LessonStanding, ...]
    foresight: Foresight
    attempts: int
    since: datetime | None
    now: datetime

    def tasks(self) -> Iterator[TaskStanding]:
        """Yield every task of the course."""
        for lesson in self.lessons:
            yield from lesson.tasks

    def evidence(self) -> dict[str, tuple[TaskStanding, ...]]:
        """Map each competency that is practised somewhere to the tasks behind it."""
        found: dict[str, list[TaskStanding]] = {}
        for one in self.tasks():
            for competency in one.task.competencies:
                found.setdefault(competency, []).append(one)
        return {name: tuple(found[name]) for name in sorted(found)}

    def due(self) -> list[TaskStanding]:
        """List what is due for review, the most probably forgotten first.

        Only finished lessons count, and no case: it would be another one.
        """
        ready = [
            task
            for lesson in self.lessons
            if lesson.finished
            for task in lesson.tasks
            if task.memory is not None and task.memory.due <= self.now and not task.task.case
        ]
        return sorted(ready, key=lambda one: one.memory.chance if one.memory else 1.0)

    def next_due(self) -> datetime | None:
        """Return when the next task of a finished lesson comes up."""
        times = [
            task.memory.due
            for lesson in self.lessons
            if lesson.finished
            for task in lesson.tasks
            if task.memory is not None and not task.task.case
        ]
        return min(times, default=None)


def standing(
    record: Attempts | None = None, now: datetime | None = None, course: Course | None = None
) -> Standing:
    """Compute everything from the learner's record; an absent one is an empty one."""
    rows = (record or Attempts()).everything()
    course = course or content.course()
    now = now or datetime.now(UTC)
    by_task = _by_task(rows)
    lessons = tuple(
        LessonStanding(
            lesson,
            tuple(
                _task(lesson, task, by_task.get((lesson.id, task.id), []), now)
                for task in lesson.tasks
            ),
        )
        for lesson in course.ready
    )
    attempts = rows["attempts"]
    since = datetime.fromtimestamp(attempts[0]["time"], UTC) if attempts else None
    return Standing(lessons, _foresight(rows), len(attempts), since, now)


_Row = tuple[str, Mapping[str, Any]]


def _by_task(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[tuple[str, str], list[_Row]]:
    found: dict[tuple[str, str], list[_Row]] = {}
    for table in ("attempts", "reveals", "reviews"):
        for row in rows[table]:
            found.setdefault((row["lesson"], row["task"]), []).append((table, row))
    for happened in found.values():
        happened.sort(key=lambda one: one[1]["time"])
    return found


def _task(lesson: Lesson, task: Task, rows: Sequence[_Row], now: datetime) -> TaskStanding:
    attempts = [row for table, row in rows if table == "attempts"]
    passed = [row for row in attempts if row["passed"]]
    state: State = "tried" if attempts else "untouched"
    if passed:
        state = "shown" if all(row["copied"] for row in passed) else "solved"
    return TaskStanding(
        lesson.id,
        task,
        state,
        len(attempts),
        max((float(row["fraction"]) for row in attempts), default=0.0),
        memory(list(_events(rows)), now),
        _open_review(rows),
    )


def _events(rows: Sequence[_Row]) -> Iterator[Event]:
    for table, row in rows:
        if table == "reveals":
            yield Event(row["time"], "revealed", row["variant"])
        elif table == "attempts":
            kind: Literal["solved", "failed"] = "solved" if row["passed"] else "failed"
            yield Event(row["time"], kind, row["variant"], row["digest"])


def _open_review(rows: Sequence[_Row]) -> bool:
    """Tell whether the last set of cases was opened by a review and nobody solved it."""
    variant = max((row["variant"] for table, row in rows if table != "attempts"), default=-1)
    opened = any(table == "reviews" and row["variant"] == variant for table, row in rows)
    solved = any(
        table == "attempts" and row["passed"] and row["variant"] > variant for table, row in rows
    )
    return opened and not solved


def _foresight(rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> Foresight:
    kept = {(row["lesson"], row["name"]): row["value"] for row in rows["predictions"]}
    pairs = [
        (kept[key], row["value"])
        for row in rows["outcomes"]
        if (key := (row["lesson"], row["name"])) in kept
    ]
    numbers = [
        (p, a)
        for predicted, actual in pairs
        if (p := number(predicted)) is not None and (a := number(actual)) is not None
    ]
    same = [predicted == actual for predicted, actual in pairs if number(actual) is None]
    right = sum(same) + sum(p == a for p, a in numbers)
    near = sum(p != a and math.isclose(p, a, rel_tol=0, abs_tol=abs(a) / 4) for p, a in numbers)
    ratios = [p / a for p, a in numbers if p > 0 and a > 0]
    return Foresight(len(pairs), right, near, median(ratios) if ratios else None)
