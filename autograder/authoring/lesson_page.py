"""What a lesson's page says about the lesson: its place in the course, its times, its tasks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from autograder.authoring.markdown import headings, plain_words
from autograder.career import competencies, ladder, planned_lessons
from autograder.errors import ContentError
from autograder.manifest import Course, Lesson

__all__ = [
    "OWN_LAB",
    "WORDS_A_MINUTE",
    "Glance",
    "Named",
    "TaskMark",
    "glance",
    "leads_to",
    "opened_in",
    "same_heading",
    "task_marks",
]

OWN_LAB = "http://127.0.0.1:8888/lab/tree"  # where `make start` opens work/, if the port is free
WORDS_A_MINUTE = 200  # slower than the 238 of non-fiction (Brysbaert, 2019): there is code in it

_TIMES = re.compile(r"^\d+ minutes: ([^.]+)\.", re.MULTILINE)
_NOTE = re.compile(r"\b(C\d{3}) \(([^)]+)\)")
_UNREAD = frozenset({"rubric"})  # a reader of the page meets it folded, after the work


@dataclass(frozen=True)
class Named:
    """A lesson as another one names it; `stands` is false for one that is still to be written."""

    id: str
    title: str
    stands: bool


@dataclass(frozen=True)
class TaskMark:
    """What one task is worth and who decides, and the heading of the section it stands in."""

    heading: str
    points: float
    decided: str
    assistant: str


@dataclass(frozen=True)
class Glance:
    """All that the box at the top of a lesson's page says; `times` splits its minutes in words.

    `competencies` are triples of id, sentence and the author's remark, which may be empty.
    """

    lesson: Lesson
    rung: str
    times: str
    needs: tuple[Named, ...]
    helps: tuple[Named, ...]
    competencies: tuple[tuple[str, str, str], ...]

    @property
    def description(self) -> str:
        """Describe the lesson in one or two sentences, for a search engine or a preview."""
        builds = next((p.builds for p in planned_lessons() if p.id == self.lesson.id), "")
        work = f"{len(self.lesson.tasks)} graded tasks in {self.lesson.minutes} minutes"
        return f"{builds or self.lesson.title}. Lesson {self.lesson.id[:2]}: {work}."


def glance(course: Course, lesson_id: str, notebook: Any) -> Glance:
    """Gather what a page says of a lesson, from the manifest and its release notebook."""
    lesson = course.lesson(lesson_id)
    return Glance(
        lesson,
        rung=next(rung.title for rung in ladder() if rung.id == lesson.rung),
        times=_times(notebook),
        needs=tuple(_named(course, wanted) for wanted in lesson.prerequisites),
        helps=tuple(_named(course, wanted) for wanted in lesson.soft_prerequisites),
        competencies=tuple(_competencies(lesson, notebook)),
    )


def leads_to(course: Course, lesson_id: str) -> tuple[Named, ...]:
    """List the lessons that stand and build on this one."""
    return tuple(
        _named(course, later.id)
        for later in course.ready
        if lesson_id in (*later.prerequisites, *later.soft_prerequisites)
    )


def opened_in(lab: str, lesson_id: str) -> str:
    """Return the address at which a JupyterLab opens a learner's copy of a lesson.

    `lab` is its `.../lab/tree`, at the folder that holds one folder for each lesson.
    """
    return f"{lab.rstrip('/')}/{lesson_id}/{lesson_id}.ipynb"


def task_marks(lesson: Lesson, notebook: Any) -> list[TaskMark]:
    """Say for each section with a graded cell what it is worth and who decides."""
    tasks = {task.id: task for task in lesson.tasks}
    points = {written.id: written.points for written in lesson.written}
    marks, heading = [], ""
    for cell in notebook["cells"]:
        found = headings("".join(cell["source"])) if cell["cell_type"] == "markdown" else []
        heading = found[-1].text if found else heading
        ours = cell["metadata"].get("rungs", {})
        if ours.get("role") == "answer":
            task = tasks[ours["task"]]
            asked = "unaided" if task.assistant == "unaided" else "assistant welcome"
            marks.append(TaskMark(heading, task.points, "graded by code", asked))
        elif ours.get("role") == "written":
            marks.append(TaskMark(heading, points[ours["task"]], "marked with a rubric", ""))
    return marks


def same_heading(one: str, other: str) -> bool:
    """Compare two headings by their letters and digits: a page sets quotes and code its own way."""
    return _letters(one) == _letters(other)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def _times(notebook: Any) -> str:
    said = _TIMES.search("".join(notebook["cells"][0]["source"]))
    if said:  # the author knows better than a count of words
        return said[1]
    reading = max(1, round(sum(_read_words(notebook)) / WORDS_A_MINUTE))
    return f"about {reading} to read, the rest to do"


def _read_words(notebook: Any) -> Iterator[int]:
    for cell in notebook["cells"]:
        role = cell["metadata"].get("rungs", {}).get("role")
        if cell["cell_type"] == "markdown" and role not in _UNREAD:
            yield plain_words("".join(cell["source"]))


def _competencies(lesson: Lesson, notebook: Any) -> Iterator[tuple[str, str, str]]:
    notes = dict(_NOTE.findall("".join(notebook["cells"][0]["source"])))
    claimed = {name for task in lesson.tasks for name in task.competencies}
    claimed |= {name for written in lesson.written for name in written.competencies}
    known = _sentences()
    for name in sorted(claimed):
        if name not in known:
            raise ContentError(f"{lesson.id} claims {name}, which datasets/career does not list.")
        yield name, known[name], notes.get(name, "")


@lru_cache(maxsize=1)
def _sentences() -> dict[str, str]:
    return {row.id: row.competency for row in competencies()}


def _named(course: Course, lesson_id: str) -> Named:
    titles = {lesson.id: lesson.title for lesson in planned_lessons()}
    titles |= {lesson.id: lesson.title for lesson in course.lessons}
    if lesson_id not in titles:
        raise ContentError(f"course.yaml asks for {lesson_id}, which no plan of lessons knows.")
    return Named(lesson_id, titles[lesson_id], _stands(course.ready, lesson_id))


def _stands(ready: Sequence[Lesson], lesson_id: str) -> bool:
    return any(lesson.id == lesson_id for lesson in ready)
