"""What each competency rests on: the tasks that stand, or the lesson that will carry it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from autograder.career.plan import Plan
from autograder.career.records import Competency

__all__ = ["STANDINGS", "Coverage", "Standing", "cover", "matrix"]

Standing = Literal["graded", "rubric", "taught", "planned"]

STANDINGS: Mapping[Standing, str] = {
    "graded": "graded by code",
    "rubric": "marked by rubric",
    "taught": "taught only",
    "planned": "planned",
}


@dataclass(frozen=True)
class Coverage:
    """One competency with the tasks and written answers of standing lessons that claim it.

    `graded` and `written` map a lesson to task ids, in the course's order.
    """

    row: Competency
    graded: Mapping[str, tuple[str, ...]]
    written: Mapping[str, tuple[str, ...]]

    @property
    def standing(self) -> Standing:
        """Say what decides today: code before a person, a person before nothing."""
        if self.graded:
            return "graded"
        if self.written:
            return "rubric"
        return "taught" if self.row.assessed == "taught" else "planned"

    @property
    def tasks(self) -> dict[str, tuple[str, ...]]:
        """Map each lesson to all that claims the competency, code's tasks first."""
        lessons = sorted({*self.graded, *self.written})
        return {x: (*self.graded.get(x, ()), *self.written.get(x, ())) for x in lessons}


def cover(plan: Plan, row: Competency) -> Coverage:
    """Hold one competency against the lessons that stand."""
    graded, written = {}, {}
    for lesson in plan.course.ready:
        if found := tuple(t.id for t in lesson.tasks if row.id in t.competencies):
            graded[lesson.id] = found
        if found := tuple(w.id for w in lesson.written if row.id in w.competencies):
            written[lesson.id] = found
    return Coverage(row, graded, written)


def matrix(plan: Plan, rows: Sequence[Competency]) -> tuple[Coverage, ...]:
    """Hold every competency against the course, in order of id."""
    return tuple(cover(plan, row) for row in rows)
