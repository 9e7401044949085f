"""Turn authored lessons into nbgrader's source notebooks, and those into release notebooks."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from traitlets.config import Config

from autograder.authoring.lesson import Cell, Lesson, LessonError
from autograder.authoring.markdown import headings
from autograder.errors import ContentError

__all__ = ["generate", "release_notebooks", "source_notebook", "write_course"]

_KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# No `version`: it would differ between the machines that build.
_LANGUAGE = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "nbconvert_exporter": "python",
    "pygments_lexer": "ipython3",
}
_PREDICTION = re.compile(r"""^\s*predict\(\s*["']([a-z][a-z0-9_]*)["']""", re.MULTILINE)
_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
_LONGEST_SLUG = 48  # nbformat allows 64 characters for an id, its number included


def source_notebook(lesson: Lesson, course_version: str) -> bytes:
    """Write a lesson as nbgrader's source notebook; the same text gives the same bytes.

    Raises `ContentError` where nbformat rejects the result.
    """
    points = _points(lesson)
    named = list(_named(lesson))
    _refuse_namesakes(lesson, named)
    cells = [_notebook_cell(cell, name, points) for cell, name in named]
    metadata = {
        "kernelspec": _KERNEL,
        "language_info": _LANGUAGE,
        "rungs": {"lesson": lesson.id, "version": course_version},
    }
    notebook: Any = nbformat.from_dict(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    )
    try:
        nbformat.validate(notebook)
    except nbformat.ValidationError as err:
        raise ContentError(
            f"{lesson.id}: nbformat rejects the notebook: {err.message}. Look at the cell it names."
        ) from err
    text: str = nbformat.writes(notebook)
    return (text.rstrip("\n") + "\n").encode()


def release_notebooks(sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """Make release notebooks (lesson id to bytes) with nbgrader's own generate_assignment.

    It runs in a folder of its own with nbgrader's `--no-db` settings, so that
    neither the working tree nor a gradebook sees anything of it.
    """
    if not sources:
        return {}
    settings = Config(
        {"SaveCells": {"enabled": False}, "GenerateAssignment": {"no_database": True}}
    )
    with tempfile.TemporaryDirectory(prefix="rungs-build-") as folder:
        root = Path(folder).resolve()
        write_course(root, sources)
        return {lesson: generate(_course(root), lesson, settings) for lesson in sources}


def write_course(root: Path, sources: Mapping[str, bytes]) -> None:
    """Write source notebooks (lesson id to bytes) as a bare nbgrader course under `root`."""
    for lesson, content in sources.items():
        path = root / "source" / lesson / f"{lesson}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)


def generate(course: CourseDirectory, lesson: str, settings: Config) -> bytes:
    """Run generate_assignment on one lesson of a bare course and return the release notebook."""
    course.assignment_id = lesson
    converter = GenerateAssignment(coursedir=course, config=settings)
    converter.log.setLevel("WARNING")
    # capture_log adds a handler; without this the same words would also reach stderr.
    propagate, converter.log.propagate = converter.log.propagate, False
    try:
        outcome = capture_log(converter)
    finally:
        converter.log.propagate = propagate
    if not outcome["success"]:
        raise ContentError(
            f"{lesson}: nbgrader cannot make its release notebook. Mend lesson.py and build again. "
            f"It says: {_reason(outcome)}"
        )
    return (Path(course.root) / "release" / lesson / f"{lesson}.ipynb").read_bytes()


def _reason(outcome: Mapping[str, Any]) -> str:
    # The first error names the fault; a traceback of nbgrader's own follows it.
    text = str(outcome.get("log") or outcome["error"]).strip()
    found = re.search(r"^\[ERROR\] (.+?)(?=^\[|\Z)", text, re.MULTILINE | re.DOTALL)
    return " ".join((found[1] if found else text).split())


def _course(root: Path) -> CourseDirectory:
    return CourseDirectory(root=str(root), source_directory="source", release_directory="release")


def _named(lesson: Lesson) -> Iterator[tuple[Cell, str]]:
    section = "top"
    numbers: Counter[str] = Counter()
    setups: Counter[str] = Counter()
    for cell in lesson.cells:
        if cell.role == "text":
            section = next((_slug(h.text) for h in headings(cell.source)), section)
        name = _fixed_name(cell)
        if name is not None:
            setups[name] += 1
        if name is None or (setups[name] > 1 and cell.task is None):
            numbers[section] += 1
            name = f"{section}-{numbers[section]}"
        yield cell, name


def _refuse_namesakes(lesson: Lesson, named: list[tuple[Cell, str]]) -> None:
    # nbformat would mend a second id by drawing a random one.
    first: dict[str, int] = {}
    for cell, name in named:
        if name in first:
            raise LessonError(
                lesson.path,
                cell.line,
                f"This is a second {name}, after the one in line {first[name]}.",
                "Give each task one cell of each role.",
            )
        first[name] = cell.line


def _fixed_name(cell: Cell) -> str | None:
    if cell.task is not None:
        return f"{cell.role}-{cell.task}"
    if cell.role == "setup":
        return "setup"
    found = _PREDICTION.search(cell.source) if cell.role == "predict" else None
    return f"predict-{found[1]}" if found else None


def _slug(heading: str) -> str:
    words = re.findall(r"[a-z0-9]+", heading.lower())
    return "-".join(words)[:_LONGEST_SLUG].strip("-") or "section"


def _points(lesson: Lesson) -> dict[str, float | int]:
    # nbgrader keeps a task's points on the cell that grades it: the check, not the answer.
    carried = {c.task: c.points or 0.0 for c in lesson.with_role("answer", "written") if c.task}
    for check in lesson.with_role("check"):
        if check.task not in carried:
            raise LessonError(
                lesson.path,
                check.line,
                f"The check {check.task} has no answer cell.",
                f'Add a cell with role="answer" task="{check.task}" points=… before it.',
            )
    return {task: int(p) if p == int(p) else p for task, p in carried.items()}


def _notebook_cell(cell: Cell, name: str, points: Mapping[str, float | int]) -> dict[str, Any]:
    made: dict[str, Any] = {
        "cell_type": cell.kind,
        "id": name,
        "metadata": _metadata(cell, name, points),
        "source": _source(cell),
    }
    if cell.kind == "code":
        made |= {"execution_count": None, "outputs": []}
    return made


def _metadata(cell: Cell, name: str, points: Mapping[str, float | int]) -> dict[str, Any]:
    if cell.role in ("text", "code"):
        return {}
    ours = {"role": cell.role} | ({"task": cell.task} if cell.task else {})
    if cell.role == "predict":
        return {"rungs": ours}
    return {"nbgrader": _nbgrader(cell, name, points), "rungs": ours}


def _nbgrader(cell: Cell, name: str, points: Mapping[str, float | int]) -> dict[str, Any]:
    graded = cell.role in ("check", "written")
    solved = cell.role in ("answer", "written")
    metadata: dict[str, Any] = {
        "cell_type": cell.kind,
        "grade": graded,
        "grade_id": name,
        "locked": not solved,
        "schema_version": 3,
        "solution": solved,
        "task": False,
    }
    if graded and cell.task is not None:
        metadata["points"] = points[cell.task]
    return metadata


def _source(cell: Cell) -> str:
    # nbgrader replaces all of a written cell that has no solution region, and with it
    # the words that tell a learner what to write; an empty region keeps them.
    if cell.role == "written" and _BEGIN not in cell.source:
        return f"{cell.source}\n\n{_BEGIN}\n{_END}"
    return cell.source
