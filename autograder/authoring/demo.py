"""The whole loop without a person: hand out, submit, grade, feedback, export, compare."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder import content
from autograder.authoring.cohort import Member, cohort
from autograder.authoring.corpus import read_corpus
from autograder.authoring.gradebook import agree
from autograder.grading.batch import Report
from autograder.grading.classroom import Classroom, Mark

__all__ = ["Demo", "Row", "play"]

_SETTINGS = """
# The demo keeps its exchange to itself, and one account plays everybody.
c.Exchange.cache = str(root / "cache")
c.ExchangeCollect.check_owner = False
"""


@dataclass(frozen=True)
class Row:
    """Compare one learner's mark with the one they must get; `given` is None if refused."""

    member: Member
    given: float | None
    notes: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Tell whether the mark is the expected one, to a millionth of a point."""
        low, high = self.member.low - 1e-6, self.member.high + 1e-6
        return self.given is not None and low <= self.given <= high


@dataclass(frozen=True)
class Demo:
    """Hold what a played loop left: its rows and where to look."""

    lesson: str
    rows: tuple[Row, ...]
    course: Path
    feedback: Path
    marks: Path


def play(
    lesson_id: str,
    place: Path,
    say: Callable[[str], None],
    only: Collection[str] | None = None,
    settings: str = "",
) -> Demo:
    """Play the loop on one lesson in a fresh course under `place`; `say` gets progress lines.

    `only` names the learners who take part (default: all twelve); `settings`
    are lines for the end of the course's `nbgrader_config.py`.
    """
    lesson = content.course().lesson(lesson_id)
    course = _fresh_course(place, settings)
    refused = agree(course, [lesson.id]).refused
    assert not refused, refused
    classroom = Classroom(course)
    classroom.release(lesson.id)
    say(f"{lesson.id} is on the exchange")

    release = course / "notebooks" / "release" / lesson.id / f"{lesson.id}.ipynb"
    released = nbformat.read(release, as_version=4)
    entries = read_corpus(
        content.lesson_dir(lesson.id) / "corpus", tuple(task.id for task in lesson.tasks)
    )
    members = [m for m in cohort(lesson, released, entries) if only is None or m.name in only]
    for member in members:
        folder = course / "homes" / member.name / lesson.id
        folder.mkdir(parents=True)
        nbformat.write(member.notebook, folder / f"{lesson.id}.ipynb")
        classroom.submit(lesson.id, member.name, folder.parent)
    collected = classroom.collect(lesson.id)
    say(f"{len(collected)} learners have submitted and are collected")

    outcomes: dict[str, Report] = {}
    for outcome in classroom.grade(lesson.id, collected):
        outcomes[outcome.learner] = outcome
        say(f"graded {outcome.learner} ({len(outcomes)} of {len(collected)})")
    feedback = classroom.feedback(lesson.id)
    marks = course / "marks.csv"
    classroom.export(marks)
    found = {mark.learner: mark for mark in classroom.marks(lesson.id)}
    rows = tuple(_row(m, outcomes.get(m.name), found.get(m.name)) for m in members)
    return Demo(lesson.id, rows, course, feedback, marks)


def _row(member: Member, outcome: Report | None, mark: Mark | None) -> Row:
    if outcome is None or outcome.error or mark is None:
        return Row(member, None, (outcome.error if outcome else "never collected",))
    return Row(member, mark.automatic, outcome.notes)


def _fresh_course(place: Path, more: str) -> Path:
    root = content.repository_root()
    if place.exists():
        shutil.rmtree(place)
    place.mkdir(parents=True)
    settings = (root / "nbgrader_config.py").read_text(encoding="utf-8")
    (place / "nbgrader_config.py").write_text(settings + _SETTINGS + more, encoding="utf-8")
    for tree in ("source", "release"):
        shutil.copytree(root / "notebooks" / tree, place / "notebooks" / tree)
    shutil.copy(root / "notebooks" / "course.yaml", place / "notebooks")
    return place
