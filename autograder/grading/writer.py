"""Store what grading decided: marks, log, result and files, so that a kill at any moment is mended.

The order is: the executed notebook, a line in the log, the gradebook's marks in
one transaction, the result last. A submission counts as graded when its result
has the order's key, so a run that died anywhere before does this one again, and
doing it again changes nothing that is there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader import utils
from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    Gradebook,
    MissingEntry,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from sqlalchemy import func, select

from autograder.grading.audit import Change, MarkLog
from autograder.grading.marked import Marked, differ
from autograder.grading.results import read_result, write_result

__all__ = [
    "Penalty",
    "enter",
    "marked_by_hand",
    "marks_in",
    "settle",
    "store",
    "update_penalties",
    "write_files",
]

Penalty = Callable[[str, float, float], float | None]


def store(
    gradebook: Gradebook, root: Path, marked: Marked, why: str, log: MarkLog | None = None
) -> tuple[Change, ...]:
    """Commit one submission's marks, with its line in the log before and its result after.

    Returns what changed. Manual marks, extra credit and manual comments are
    never touched. The submission must be in the gradebook. A run passes its `log`.
    """
    log = log or MarkLog(root)
    earlier = read_result(root, marked.lesson_id, marked.learner) or {}
    with log.held():
        settle(gradebook, log)
        changes = _apply(gradebook, marked, earlier.get("answers", {}))
        if changes:
            entry = log.add(why, _about(marked), changes)
        gradebook.db.commit()
        if changes:
            log.applied = entry
    write_result(root, marked.record | {"marks": marked.marks, "answers": marked.answers})
    return tuple(changes)


def enter(gradebook: Gradebook, lesson_id: str, learner: str, when: datetime | None) -> None:
    """Add the learner and the submission where the gradebook lacks them; `store` commits.

    What nbgrader's own `add_submission` makes, without its commit for each part.
    """
    db, assignment = gradebook.db, gradebook.find_assignment(lesson_id)
    if db.get(Student, learner) is None:
        db.add(Student(id=learner))
        db.flush()
    query = select(SubmittedAssignment).filter_by(assignment_id=assignment.id, student_id=learner)
    submission = db.execute(query).scalar_one_or_none()
    if submission is None:
        submission = SubmittedAssignment(assignment_id=assignment.id, student_id=learner)
        db.add(submission)
        for notebook in assignment.notebooks:
            theirs = SubmittedNotebook(notebook_id=notebook.id, assignment=submission)
            db.add(theirs)
            for cell in [*notebook.grade_cells, *notebook.task_cells]:
                db.add(Grade(cell_id=cell.id, notebook=theirs))
            for cell in [*notebook.solution_cells, *notebook.task_cells]:
                db.add(Comment(cell_id=cell.id, notebook=theirs))
        db.flush()
    if when is not None and submission.timestamp != when:
        submission.timestamp = when


def settle(gradebook: Gradebook, log: MarkLog) -> None:
    """Compare the log's last line with the gradebook and say so where it was never applied."""
    entry = log.last()
    if entry is None or entry["id"] == log.applied:
        return
    rows = _rows(gradebook, entry["lesson"], entry["learner"], Grade)
    held = {cell: grade.auto_score for grade, cell in rows}
    if any(held.get(change["cell"]) != change["after"] for change in entry["changes"]):
        log.void(entry)


def marks_in(gradebook: Gradebook, lesson_id: str) -> dict[str, dict[str, float | None]]:
    """Read the automatic marks of a lesson: by learner, by cell."""
    found: dict[str, dict[str, float | None]] = {}
    for who, cell, mark in gradebook.db.execute(_marks(lesson_id)):
        found.setdefault(who, {})[cell] = mark
    return found


def marked_by_hand(gradebook: Gradebook, lesson_id: str) -> set[tuple[str, str]]:
    """List where a person's mark stands: learner and cell."""
    query = _marks(lesson_id).where(Grade.manual_score.is_not(None))
    return {(who, cell) for who, cell, _ in gradebook.db.execute(query)}


def update_penalties(gradebook: Gradebook, root: Path, lesson_id: str, penalty: Penalty) -> int:
    """Set the late penalty of every submission of a lesson anew; return how many changed.

    `penalty(learner, score, seconds late)` gives the points to take off, None
    for none; what it gives is kept between 0 and the score, as nbgrader does.
    """
    log, changed = MarkLog(root), 0
    scores = _scores(gradebook, lesson_id)
    with log.held():
        for submission, notebook in _perhaps_late(gradebook, lesson_id):
            late, score = submission.total_seconds_late, scores.get(notebook.id, 0.0)
            points = penalty(submission.student_id, score, late) if late > 0 else None
            after = None if points is None else min(max(points, 0.0), score)
            before = notebook.late_submission_penalty
            if differ(before, after):
                about = {"lesson": lesson_id, "learner": submission.student_id}
                log.add("late penalty", about | {"from": before, "to": after}, [])
                notebook.late_submission_penalty = after
                changed += 1
        gradebook.db.commit()
    gradebook.db.remove()
    return changed


def write_files(
    marked: Marked, submitted: Path, source: Path, target: Path, ignore: list[str]
) -> None:
    """Make the folder that formgrader and feedback read: the executed notebook and what is beside.

    Each file is replaced whole, so that a reader never finds half of one. Files
    of the lesson's source win over the learner's of the same name; `ignore` is
    nbgrader's list of patterns.
    """
    wanted = {**_others(submitted, ignore), **_others(source, ignore)}
    name = f"{marked.lesson_id}.ipynb"
    target.mkdir(parents=True, exist_ok=True)
    for inner, path in wanted.items():
        with _replaced(target / inner) as partial:
            shutil.copyfile(path, partial)
    with _replaced(target / name) as partial:
        partial.write_text(marked.notebook, encoding="utf-8")
    for path in [p for p in target.rglob("*") if p.is_file() or p.is_symlink()]:
        if str(path.relative_to(target)) not in {*wanted, name}:
            path.unlink()


def _perhaps_late(gradebook: Gradebook, lesson_id: str) -> list[Any]:
    query = (
        select(SubmittedAssignment, SubmittedNotebook)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == lesson_id)
    )
    if gradebook.find_assignment(lesson_id).duedate is None:
        query = query.where(SubmittedNotebook.late_submission_penalty.is_not(None))
    return list(gradebook.db.execute(query))


def _scores(gradebook: Gradebook, lesson_id: str) -> dict[str, float]:
    """Sum what each submitted notebook of a lesson has earned, by judges and by hand."""
    query = (
        select(Grade.notebook_id, func.sum(Grade.score))
        .join(SubmittedNotebook, SubmittedNotebook.id == Grade.notebook_id)
        .join(SubmittedAssignment, SubmittedAssignment.id == SubmittedNotebook.assignment_id)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .where(Assignment.name == lesson_id)
        .group_by(Grade.notebook_id)
    )
    return {notebook: float(score) for notebook, score in gradebook.db.execute(query)}


def _apply(gradebook: Gradebook, marked: Marked, answers: dict[str, str]) -> list[Change]:
    changes = []
    grades = _rows(gradebook, marked.lesson_id, marked.learner, Grade)
    if not grades:
        raise MissingEntry(f"{marked.learner} has no submission of {marked.lesson_id}")
    for grade, cell in grades:
        before, after = grade.auto_score, marked.marks.get(cell)
        if cell not in marked.marks:
            continue
        moved = before is not None and differ(before, after)
        rewritten = cell in answers and answers[cell] != marked.answers.get(cell)
        if grade.manual_score is None:
            grade.needs_manual_grade = after is None
        else:
            # The person's mark stands; they look again where what it was given for changed.
            grade.needs_manual_grade = grade.needs_manual_grade or moved or rewritten
        if differ(before, after):
            grade.auto_score = after
            changes.append(Change(cell, before, after, marked.reason(cell)))
    for comment, cell in _rows(gradebook, marked.lesson_id, marked.learner, Comment):
        comment.auto_comment = marked.comments.get(cell)
    return changes


def _marks(lesson_id: str) -> Any:
    return (
        select(SubmittedAssignment.student_id, BaseCell.name, Grade.auto_score)
        .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
        .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
        .join(BaseCell, BaseCell.id == Grade.cell_id)
        .where(Assignment.name == lesson_id)
    )


def _about(marked: Marked) -> dict[str, Any]:
    known = ("lesson", "learner", "submission", "judge", "unsafe")
    return {name: marked.record[name] for name in known}


def _rows(gradebook: Gradebook, lesson_id: str, learner: str, kind: Any) -> list[tuple[Any, str]]:
    """Read a learner's grades or comments with their cells' names.

    In steps that nbgrader's unique constraints are indices for: one join over
    all of it reads every grade of the class for each learner.
    """
    db, assignment = gradebook.db, gradebook.find_assignment(lesson_id)
    notebooks = [notebook.id for notebook in assignment.notebooks]
    cells = select(BaseCell.id, BaseCell.name).where(BaseCell.notebook_id.in_(notebooks))
    names: dict[str, str] = dict(db.execute(cells).all())
    submission = select(SubmittedAssignment.id).filter_by(
        assignment_id=assignment.id, student_id=learner
    )
    theirs = (
        select(SubmittedNotebook.id)
        .where(SubmittedNotebook.notebook_id.in_(notebooks))
        .where(SubmittedNotebook.assignment_id.in_(list(db.execute(submission).scalars())))
    )
    query = (
        select(kind)
        .where(kind.cell_id.in_(list(names)))
        .where(kind.notebook_id.in_(list(db.execute(theirs).scalars())))
    )
    return [(row, names[row.cell_id]) for row in db.execute(query).scalars()]


def _others(folder: Path, ignore: list[str]) -> dict[str, Path]:
    """List a folder's files but notebooks, by their place in it, as nbgrader would copy them."""
    found = map(Path, utils.find_all_files(str(folder), [*ignore, "*.ipynb"]))
    return {str(path.relative_to(folder)): path for path in found}


@contextmanager
def _replaced(path: Path) -> Iterator[Path]:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    partial.unlink(missing_ok=True)
    yield partial
    partial.chmod(0o444)
    partial.replace(path)
