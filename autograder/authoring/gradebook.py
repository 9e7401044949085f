"""Make nbgrader's gradebook agree with the release, without touching a mark."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.apps import NbGrader
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.authoring.notebooks import generate, release_notebooks, write_course
from autograder.errors import ContentError

__all__ = ["Agreement", "agree", "course_directory"]


@dataclass(frozen=True)
class Cells:
    """What a gradebook keeps of a notebook, by cell name, in nbgrader's three kinds."""

    source: dict[str, tuple[str, bool, str, str]]
    grade: dict[str, tuple[float, str]]
    solution: frozenset[str]

    def names(self) -> frozenset[str]:
        """Name every cell of any kind, with its kind where the cell carries marks."""
        marked = {f"{name} (marked)" for name in self.grade}
        return frozenset(marked | self.solution | set(self.source))


@dataclass
class Agreement:
    """What a run did: lessons entered or changed, left alone, and refused with a sentence."""

    entered: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def agree(root: Path, lessons: Iterable[str]) -> Agreement:
    """Enter released lessons (ids) into the gradebook that `root`'s nbgrader configuration names.

    A lesson whose cells are there already is left alone. One whose set of cells
    changed after submissions came is refused with a sentence that says what to
    do, and nothing of it is changed. Raises `ContentError` where a release
    notebook is missing or is not what its source notebook gives.
    """
    course = course_directory(root)
    done = Agreement()
    with _own_programs_first():
        for lesson in lessons:
            _agree_on(course, lesson, _read(_release(course, lesson)), done)
    return done


def course_directory(root: Path) -> CourseDirectory:
    """Read nbgrader's course directory as its own commands would from the repository's root."""
    app = NbGrader(log_level="CRITICAL")
    before = Path.cwd()
    os.chdir(root)
    try:
        app.load_config_file()
        course = CourseDirectory(config=app.config)
        _ = course.root, course.db_url  # read now: both default to the working directory
    finally:
        os.chdir(before)
    return course


def _agree_on(course: CourseDirectory, lesson: str, release: Any, done: Agreement) -> None:
    wanted = _wanted(release)
    with Gradebook(course.db_url, course.course_id) as gradebook:
        held, learners = _held(gradebook, lesson)
    if held == wanted:
        done.unchanged.append(lesson)
    elif held is not None and learners and held.names() != wanted.names():
        done.refused.append(_refusal(lesson, held, wanted, learners))
    else:
        _enter(course, lesson)
        done.entered.append(lesson)


def _wanted(release: Any) -> Cells:
    cells = [cell for cell in release["cells"] if "nbgrader" in cell["metadata"]]
    source, grade, solution = {}, {}, set()
    for cell in cells:
        about = cell["metadata"]["nbgrader"]
        name, kind = about["grade_id"], cell["cell_type"]
        locked = not about["solution"] and (about["grade"] or about["locked"])
        source[name] = (kind, locked, "".join(cell["source"]), about["checksum"])
        if about["grade"]:
            grade[name] = (float(about["points"]), kind)
        if about["solution"]:
            solution.add(name)
    return Cells(source, grade, frozenset(solution))


def _held(gradebook: Gradebook, lesson: str) -> tuple[Cells | None, int]:
    try:
        notebook = gradebook.find_notebook(lesson, lesson)
    except MissingEntry:
        return None, 0
    cells = Cells(
        {c.name: (c.cell_type, c.locked, c.source, c.checksum) for c in notebook.source_cells},
        {c.name: (c.max_score, c.cell_type) for c in notebook.grade_cells},
        frozenset(c.name for c in notebook.solution_cells),
    )
    return cells, len(notebook.submissions)


def _refusal(lesson: str, held: Cells, wanted: Cells, learners: int) -> str:
    gone = ", ".join(sorted(held.names() - wanted.names())) or "none"
    new = ", ".join(sorted(wanted.names() - held.names())) or "none"
    return (
        f"{lesson}: {learners} submitted notebook{'s' if learners > 1 else ''} would lose marks, "
        f"because the release no longer has these cells: {gone}; and has these new ones: {new}. "
        "Nothing was changed. Put the cells back, or give the changed lesson a new id, so that it "
        "becomes a new assignment and the marks of this one stay."
    )


def _enter(course: CourseDirectory, lesson: str) -> None:
    source = (Path(course.root) / course.source_directory / lesson / f"{lesson}.ipynb").read_bytes()
    if release_notebooks({lesson: source})[lesson] != _release(course, lesson).read_bytes():
        raise ContentError(
            f"{lesson}: the release notebook is not what its source notebook gives, so the "
            "gradebook was left alone. Run `rungs build` and commit the result."
        )
    # nbgrader fills a gradebook only while it writes a release, so it writes one elsewhere.
    with tempfile.TemporaryDirectory(prefix="rungs-gradebook-") as folder:
        bare = Path(folder).resolve()
        write_course(bare, {lesson: source})
        scratch = CourseDirectory(
            root=str(bare),
            source_directory="source",
            release_directory="release",
            db_url=course.db_url,
            course_id=course.course_id,
        )
        generate(scratch, lesson, Config())


def _release(course: CourseDirectory, lesson: str) -> Path:
    tree: str = course.release_directory
    return Path(course.root) / tree / lesson / f"{lesson}.ipynb"


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as err:
        raise ContentError(f"{path} does not exist. Run `rungs build` first.") from err
    except json.JSONDecodeError as err:
        raise ContentError(f"{path} is not a notebook: {err}. Run `rungs build` again.") from err


@contextmanager
def _own_programs_first() -> Iterator[None]:
    # nbgrader calls `alembic` by bare name, and it must be this environment's.
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before
