"""A learner's own notebook file: find it, read it, write it without losing anything."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

from autograder import content
from autograder.errors import ContentError, SubmissionError, UnknownTask
from autograder.manifest import Lesson

__all__ = [
    "find_notebook",
    "keep_copy",
    "read_notebook",
    "released_notebook",
    "reset_lesson",
    "reset_task",
    "write_notebook",
]


def find_notebook(lesson_id: str, given: Path | None = None) -> Path:
    """Return the learner's notebook of a lesson: as given, else here, below, or in `work/`."""
    if given is not None:
        if given.is_file():
            return given
        raise SubmissionError(f"There is no file {given}. Give the path of your notebook.")
    name = f"{lesson_id}.ipynb"
    here = Path.cwd()
    places = [here, here / lesson_id]
    places += [up / "work" / lesson_id for up in (here, *here.parents)]
    found = next((place / name for place in places if (place / name).is_file()), None)
    if found is None:
        raise SubmissionError(
            f"There is no {name} in {here} or in work/{lesson_id}. "
            "Run this in your course folder, or give the notebook's path."
        )
    return found


def read_notebook(path: Path) -> dict[str, Any]:
    """Read a notebook's JSON; raise `SubmissionError` saying what is wrong with the file."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise SubmissionError(f"{path} cannot be read: {err.strerror}.") from err
    except UnicodeDecodeError as err:
        raise SubmissionError(f"{path} is not a notebook: it is not UTF-8 text.") from err
    except json.JSONDecodeError as err:
        raise SubmissionError(
            f"{path} is not a notebook: it stops being JSON at line {err.lineno}, column "
            f"{err.colno} ({err.msg}). Nothing was changed; an older copy may lie in "
            ".ipynb_checkpoints beside it."
        ) from err
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(c, dict) for c in cells):
        raise SubmissionError(f"{path} is JSON but not a notebook: it has no list of cells.")
    found: dict[str, Any] = notebook
    return found


def write_notebook(path: Path, notebook: dict[str, Any]) -> None:
    """Write a notebook in one step, so that an interruption leaves the old file whole."""
    fresh = path.with_name(f"{path.name}.new")
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)


def keep_copy(path: Path) -> Path:
    """Copy a notebook to the first free `NAME.before-reset-N.ipynb` beside it."""
    number = 1
    while (kept := path.with_name(f"{path.stem}.before-reset-{number}.ipynb")).exists():
        number += 1
    shutil.copy2(path, kept)
    return kept


def released_notebook(lesson: Lesson) -> Path:
    """Return the released notebook of a lesson in the course's repository."""
    path = content.repository_root() / "notebooks" / "release" / lesson.id / f"{lesson.id}.ipynb"
    if not path.is_file():
        raise ContentError(f"{path} does not exist. Run `rungs build` first.")
    return path


def reset_lesson(lesson: Lesson, path: Path) -> Path:
    """Put back the whole released notebook; return the copy of the old one."""
    released = released_notebook(lesson)
    kept = keep_copy(path)
    write_notebook(path, read_notebook(released))
    return kept


def reset_task(lesson: Lesson, task_id: str, path: Path) -> Path:
    """Put back one answer cell, even a deleted one; return the copy of the old notebook."""
    ids = [*(t.id for t in lesson.tasks), *(w.id for w in lesson.written)]
    if task_id not in ids:
        raise UnknownTask(
            f"{lesson.title} has no task {task_id!r}. Its tasks are: {', '.join(ids)}."
        )
    released = read_notebook(released_notebook(lesson))["cells"]
    at = next((i for i, cell in enumerate(released) if _answers(cell, task_id)), None)
    if at is None:
        raise ContentError(f"The released {lesson.id} has no answer cell for {task_id}.")
    notebook = read_notebook(path)
    cells = notebook["cells"]
    mine = next((i for i, cell in enumerate(cells) if _answers(cell, task_id)), None)
    if mine is None:
        cells.insert(_place(released[:at], cells), released[at])
    else:
        cells[mine] = released[at]
    kept = keep_copy(path)
    write_notebook(path, notebook)
    return kept


def _answers(cell: dict[str, Any], task_id: str) -> bool:
    metadata = cell.get("metadata")
    ours = metadata.get("rungs", {}) if isinstance(metadata, dict) else {}
    if ours:
        return ours.get("task") == task_id and ours.get("role") in ("answer", "written")
    return cell.get("id") in (f"answer-{task_id}", f"written-{task_id}")


def _place(before: list[dict[str, Any]], cells: list[dict[str, Any]]) -> int:
    """Return the position behind the nearest earlier cell that is still there."""
    positions = {cell.get("id"): number for number, cell in enumerate(cells)}
    ids = [cell.get("id") for cell in reversed(before)]
    return next((positions[i] + 1 for i in ids if i in positions), 0)
