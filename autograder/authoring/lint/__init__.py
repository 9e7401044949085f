"""The curriculum linter: rules that read, and never run, what an author wrote.

A rule is a function that yields findings; its docstring states what holds when
it yields none. To add one, write it in the module of its subject and list it
in that module's `…_RULES`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.authoring.lesson import LessonError, read_lesson
from autograder.authoring.lint.budget import BUDGET_RULES, measure
from autograder.authoring.lint.code import CODE_RULES
from autograder.authoring.lint.corpus import CORPUS_RULES
from autograder.authoring.lint.finding import Finding, Report
from autograder.authoring.lint.manifest import COURSE_RULES, read_subject
from autograder.authoring.lint.probes import PROBE_RULES
from autograder.authoring.lint.subject import CourseSubject, LessonSubject
from autograder.authoring.lint.tasks import TASK_RULES
from autograder.authoring.lint.text import TEXT_RULES
from autograder.manifest import Lesson as Entry

__all__ = ["Finding", "Report", "lint", "rules"]

LESSON_RULES = (*TASK_RULES, *TEXT_RULES, *CODE_RULES, *PROBE_RULES, *CORPUS_RULES)


def lint(root: Path, only: Iterable[str] = ()) -> Report:
    """Lint the course under `root`: the manifest, and every lesson or those in `only`."""
    course, broken = read_subject(root)
    if course is None:
        return Report((), tuple(broken))
    findings = [finding for rule in COURSE_RULES for finding in rule(course)]
    entries = [course.course.lesson(name) for name in only] or list(course.course.lessons)
    notes = []
    for entry in entries:
        found, note = _lint_lesson(course, entry)
        findings += found
        notes.append(note)
    return Report(
        tuple(entry.id for entry in entries),
        tuple(sorted(set(findings))),
        tuple(note for note in notes if note),
    )


def rules() -> list[str]:
    """List what holds when nothing is found: one sentence per rule."""
    every = (*COURSE_RULES, *LESSON_RULES, *BUDGET_RULES)
    return [(rule.__doc__ or "").strip().splitlines()[0] for rule in every]


def _lint_lesson(course: CourseSubject, entry: Entry) -> tuple[list[Finding], str]:
    folder = course.lessons / entry.id
    if not folder.is_dir():
        return [], ""  # the rule on entries reports it
    try:
        lesson = read_lesson(folder / "lesson.py")
    except LessonError as err:
        return [Finding(err.path, err.line, err.what, err.remedy)], ""
    subject = LessonSubject(course, entry, lesson)
    draft = entry.status == "draft"
    chosen = LESSON_RULES if draft else (*LESSON_RULES, *BUDGET_RULES)
    found = [finding for rule in chosen for finding in rule(subject)]
    return found, measure(lesson).note(entry.id) + (" (draft)" if draft else "")
