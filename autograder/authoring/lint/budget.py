"""What a lesson measures, and the bounds it should keep; a draft may still be outside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from autograder.authoring.lesson import Cell, Lesson
from autograder.authoring.lint.finding import Finding
from autograder.authoring.lint.subject import LessonSubject
from autograder.authoring.markdown import plain_words

__all__ = ["BUDGET_RULES", "Measures", "measure"]

_CELLS, _WORDS, _MEDIAN_LINES, _FEWEST_TASKS = (40, 70), (1200, 2500), (1, 5), 4
_LONGEST_READ = 300
_ACTIONS = ("predict", "answer", "check", "written")


@dataclass(frozen=True)
class Measures:
    """Size up a lesson; `longest_read` counts words between two things a learner does."""

    cells: int
    words: int
    median_lines: float
    longest_read: int
    longest_read_line: int

    def note(self, lesson_id: str) -> str:
        """Print the measures in one line, and the longest read where it is long."""
        text = (
            f"{lesson_id}: {self.cells} cells, {self.words:,} words, "
            f"{self.median_lines:g} lines in the median code cell, "
            f"at most {self.longest_read} words between two actions"
        )
        if self.longest_read <= _LONGEST_READ:
            return text
        return f"{text} (over {_LONGEST_READ}; it ends at line {self.longest_read_line})"


def measure(lesson: Lesson) -> Measures:
    """Count cells, words, lines and the longest stretch of reading."""
    code = [_visible_lines(cell) for cell in lesson.of_kind("code")]
    longest, longest_line, run = 0, 1, 0
    for cell in lesson.cells:
        run += _words(cell)
        if run > longest:
            longest, longest_line = run, cell.line
        if cell.role in _ACTIONS:
            run = 0
    return Measures(
        len(lesson.cells),
        sum(_words(cell) for cell in lesson.cells),
        median(code) if code else 0,
        longest,
        longest_line,
    )


def _words(cell: Cell) -> int:
    # A rubric and a model answer are read after the work, if at all.
    if cell.kind == "code" or cell.role == "rubric":
        return 0
    return plain_words(cell.source.partition("### BEGIN SOLUTION")[0])


def _visible_lines(cell: Cell) -> int:
    lines, inside = 0, False
    for text in cell.source.splitlines():
        inside = inside or "BEGIN SOLUTION" in text
        lines += bool(text.strip()) and not inside
        inside = inside and "END SOLUTION" not in text
    return lines


def _bounds(subject: LessonSubject) -> Iterator[Finding]:
    """Cells, words, code and tasks are within the house's bounds."""
    found = measure(subject.lesson)
    for name, value, (low, high) in (
        ("cells", found.cells, _CELLS),
        ("words", found.words, _WORDS),
        ("lines in its median code cell", found.median_lines, _MEDIAN_LINES),
    ):
        if not low <= value <= high:
            yield Finding(
                subject.lesson.path,
                1,
                f"The lesson has {value:g} {name}.",
                f"Keep it to {low:,} to {high:,}, or mark it `status: draft` meanwhile.",
            )
    if len(subject.entry.tasks) < _FEWEST_TASKS:
        yield Finding(
            subject.course.manifest,
            subject.entry_line("tasks"),
            f"{subject.entry.id} has {len(subject.entry.tasks)} tasks.",
            f"Give it at least {_FEWEST_TASKS}, or mark it `status: draft` meanwhile.",
        )


BUDGET_RULES = (_bounds,)
