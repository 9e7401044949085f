"""The plan of lessons, held against the lessons that stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.career.records import PlannedLesson
from autograder.errors import UnknownLesson
from autograder.manifest import Course

__all__ = ["Plan"]


@dataclass(frozen=True)
class Plan:
    """Answer which planned lessons stand and what their tasks claim."""

    course: Course
    planned: Sequence[PlannedLesson]

    def lesson(self, lesson_id: str) -> PlannedLesson:
        """Find a planned lesson by id; raise `UnknownLesson`."""
        for lesson in self.planned:
            if lesson.id == lesson_id:
                return lesson
        raise UnknownLesson(
            f"datasets/career/lessons.csv has no lesson {lesson_id!r}. Add it there."
        )

    def stands(self, lesson_id: str) -> bool:
        """Say whether the course lists this lesson as ready."""
        return any(x.id == lesson_id for x in self.course.ready)

    def minutes(self, lesson_id: str) -> int:
        """Return a standing lesson's stated minutes, 0 for one that does not stand."""
        found = [x.minutes for x in self.course.lessons if x.id == lesson_id]
        return found[0] if self.stands(lesson_id) else 0
