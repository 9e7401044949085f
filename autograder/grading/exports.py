"""Marks in the forms that other systems read: Canvas, Moodle, Gradescope."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from autograder import content
from autograder.grading.results import read_result
from autograder.manifest import Lesson

__all__ = ["known_lessons", "write_canvas", "write_gradescope", "write_moodle"]


@dataclass(frozen=True)
class _Learner:
    id: str
    first: str
    last: str
    email: str
    lms: str
    scores: tuple[float | None, ...]


def write_canvas(gradebook: Gradebook, lessons: list[Lesson], path: Path) -> None:
    """Write a CSV for Canvas: Gradebook, Import.

    Columns as Canvas's own export names them (instructure/canvas-lms,
    lib/gradebook_exporter.rb): Student, ID, SIS User ID, SIS Login ID, Section,
    one column an assignment, and a second row of points. `ID` is the roster's
    `lms_user_id`; without it Canvas finds people by their login.
    """
    header = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
    points = [_points(gradebook, lesson) for lesson in lessons]
    rows = [
        [_name(learner), learner.lms, "", learner.id, "", *map(_number, learner.scores)]
        for learner in _learners(gradebook, lessons)
    ]
    second = ["    Points Possible", "", "", "", "", *map(_number, points)]
    _write(path, [*header, *(lesson.title for lesson in lessons)], [second, *rows])


def write_moodle(gradebook: Gradebook, lessons: list[Lesson], path: Path) -> None:
    """Write a CSV for Moodle: Grades, Import, CSV file.

    Columns as Moodle's own export names them (docs.moodle.org, Grade import):
    First name, Last name, ID number, Email address, one column a grade item.
    `ID number` is the learner's id; map from it, or from the e-mail address.
    """
    header = ["First name", "Last name", "ID number", "Email address"]
    rows = [
        [_text(one.first), _text(one.last), one.id, one.email, *map(_number, one.scores)]
        for one in _learners(gradebook, lessons)
    ]
    _write(path, [*header, *(lesson.title for lesson in lessons)], rows)


def write_gradescope(gradebook: Gradebook, root: Path, lesson: Lesson, folder: Path) -> int:
    """Write `<folder>/<lesson>/<learner>/results.json` for each result; return how many.

    Fields as in gradescope-autograders.readthedocs.io, Autograder
    Specifications, Output format. A test's output is the official card, which
    shows no case.
    """
    count = 0
    for submission in gradebook.find_assignment(lesson.id).submissions:
        record = read_result(root, lesson.id, submission.student_id)
        if record is not None:
            path = folder / lesson.id / submission.student_id / "results.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(_results(submission, record), indent=1, ensure_ascii=False)
            path.write_text(text, encoding="utf-8")
            count += 1
    return count


def _results(submission: Any, record: dict[str, Any]) -> dict[str, Any]:
    grades = {grade.name: grade for notebook in submission.notebooks for grade in notebook.grades}
    return {
        "score": _total(submission),
        "execution_time": round(record["seconds"]),
        "output": "\n".join(record["notes"]),
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"judge": record["judge"], "submission": record["submission"]},
        "tests": [_test(name, grade, record["tasks"]) for name, grade in grades.items()],
    }


def _test(name: str, grade: Any, tasks: dict[str, Any]) -> dict[str, Any]:
    task = tasks.get(name.removeprefix("check-"), {})
    waits = grade.needs_manual_grade and grade.manual_score is None
    return {
        "name": name.removeprefix("check-"),
        "score": grade.score,
        "max_score": grade.max_score,
        "status": "passed" if grade.score >= grade.max_score else "failed",
        "output": "This answer waits for a person." if waits else task.get("card", ""),
        "output_format": "text",
        "visibility": "visible",
    }


def _learners(gradebook: Gradebook, lessons: list[Lesson]) -> Iterator[_Learner]:
    for student in gradebook.students:
        yield _Learner(
            student.id,
            student.first_name or "",
            student.last_name or "",
            student.email or "",
            student.lms_user_id or "",
            tuple(_score(gradebook, lesson, student.id) for lesson in lessons),
        )


def _score(gradebook: Gradebook, lesson: Lesson, learner: str) -> float | None:
    try:
        return _total(gradebook.find_submission(lesson.id, learner))
    except MissingEntry:
        return None


def _total(submission: Any) -> float:
    return max(0.0, float(submission.score - submission.late_submission_penalty))


def _points(gradebook: Gradebook, lesson: Lesson) -> float:
    points: float = gradebook.find_assignment(lesson.id).max_score
    return points


def _name(learner: _Learner) -> str:
    parts = [part for part in (learner.last, learner.first) if part]
    return _text(", ".join(parts) or learner.id)


def _text(name: str) -> str:
    # A spreadsheet would run what starts like a formula.
    return f"'{name}" if name.startswith(("=", "+", "-", "@")) else name


def _number(score: float | None) -> str:
    return "" if score is None else repr(round(score, 6)).removesuffix(".0")


def _write(path: Path, header: list[str], rows: Iterable[list[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


def known_lessons(gradebook: Gradebook, names: Iterable[str]) -> list[Lesson]:
    """Find the lessons named, or every lesson that the gradebook holds."""
    course = content.course()
    chosen = [course.lesson(name) for name in names]
    held = {assignment.name for assignment in gradebook.assignments}
    return chosen or [lesson for lesson in course.lessons if lesson.id in held]
