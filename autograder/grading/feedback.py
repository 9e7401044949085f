"""What a learner gets back for a lesson: marks and comments as the gradebook holds them."""

from __future__ import annotations

from dataclasses import dataclass, field

from nbgrader.api import Gradebook

__all__ = ["CellMark", "Feedback", "read_feedback"]


@dataclass(frozen=True)
class CellMark:
    """Hold the mark of one graded cell; `waiting` says that a person has still to decide it."""

    score: float
    points: float
    waiting: bool
    extra: float = 0.0


@dataclass(frozen=True)
class Feedback:
    """Hold what a page says beside the notebook: titles, marks and comments by cell name.

    `penalty` is what lateness costs; `total` is what is left. `lesson_texts`
    are the released cells' texts, to tell the learner's own cells from them.
    """

    lesson: str
    learner: str
    marks: dict[str, CellMark]
    comments: dict[str, str]
    total: float
    points: float
    penalty: float = 0.0
    notes: tuple[str, ...] = ()
    lesson_texts: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def waiting(self) -> int:
        """Count the answers that wait for a person."""
        return sum(mark.waiting for mark in self.marks.values())


def read_feedback(
    gradebook: Gradebook,
    lesson_id: str,
    learner: str,
    title: str,
    notes: tuple[str, ...] = (),
    lesson_texts: frozenset[str] = frozenset(),
) -> Feedback:
    """Read marks and comments; raise nbgrader's `MissingEntry` where nothing is graded."""
    held = gradebook.find_submission_notebook(lesson_id, lesson_id, learner)
    student = gradebook.find_student(learner)
    name = " ".join(part for part in (student.first_name, student.last_name) if part)
    marks = {
        grade.name: CellMark(
            grade.score,
            grade.max_score,
            bool(grade.needs_manual_grade and grade.manual_score is None),
            grade.extra_credit or 0.0,
        )
        for grade in held.grades
    }
    penalty = held.late_submission_penalty or 0.0
    return Feedback(
        title,
        f"{name} ({learner})" if name else learner,
        marks,
        {comment.name: comment.comment for comment in held.comments if comment.comment},
        held.score - penalty,
        held.max_score,
        penalty,
        notes,
        lesson_texts,
    )
