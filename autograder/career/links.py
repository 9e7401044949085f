"""Lessons as a page shows them: linked where they stand, named where they are planned."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.career.coverage import cover
from autograder.career.markdown import count, duration, escape
from autograder.career.plan import Plan
from autograder.career.records import Competency, PlannedLesson

__all__ = ["address", "link", "name", "numbers", "standing", "tally"]


def address(lesson_id: str) -> str:
    """Return a lesson's notebook as seen from a page of the ladder or the paths."""
    return f"../../notebooks/release/{lesson_id}/{lesson_id}.ipynb"


def name(lesson: PlannedLesson) -> str:
    """Name a lesson by number and title."""
    return f"{lesson.number} {escape(lesson.title)}"


def link(lesson: PlannedLesson, plan: Plan) -> str:
    """Name a lesson, linked where it stands."""
    if plan.stands(lesson.id):
        return f"[{name(lesson)}]({address(lesson.id)})"
    return name(lesson)


def numbers(ids: Iterable[str], plan: Plan) -> str:
    """List lessons by number, linked where they stand."""

    def one(lesson_id: str) -> str:
        number = lesson_id[:2]
        standing = plan.stands(lesson_id)
        return f"[{number}]({address(lesson_id)})" if standing else number

    return ", ".join(one(lesson_id) for lesson_id in ids)


def standing(ids: Sequence[str], plan: Plan) -> str:
    """Say how many of these lessons are ready, with the time they state."""
    there = [lesson for lesson in ids if plan.stands(lesson)]
    if not there:
        return f"{count(len(ids), 'lesson')}, none of which is ready yet."
    minutes = sum(plan.minutes(lesson) for lesson in there)
    return (
        f"{count(len(ids), 'lesson')}, of which {len(there)} "
        f"{'is' if len(there) == 1 else 'are'} ready ({duration(minutes)})."
    )


def tally(rows: Sequence[Competency], plan: Plan) -> str:
    """Say how rows are assessed in the plan, and how many tasks practise today."""
    by = {how: sum(row.assessed == how for row in rows) for how in ("graded", "rubric", "taught")}
    so_far = sum(bool(cover(plan, row).tasks) for row in rows)
    return (
        f"{len(rows)} competencies: in the plan, code decides {by['graded']}, "
        f"a person marks {by['rubric']}, {by['taught']} are taught only. "
        f"Tasks that are ready practise {so_far}."
    )
