"""A class on the lesson that damaged notebooks come from, in a folder of its own."""

from __future__ import annotations

import functools
import json
import shutil
from pathlib import Path
from typing import Any

from autograder import content
from autograder.authoring.gradebook import agree
from autograder.authoring.lesson import read_lesson
from autograder.authoring.notebooks import release_notebooks, source_notebook

ROOT = Path(__file__).resolve().parents[3]
COURSE = Path(__file__).parent / "course"
LESSON = "91_small_sums"
TASKS = ("total", "clipped", "rooted")
MEMO = "A sum is what is left of many numbers when you may keep one."
ANSWERS = {
    "total": 'def total(values):\n    """Add."""\n    return math.fsum(values)',
    "clipped": "def clipped(value):\n    return value if value < LIMIT else float(LIMIT)",
    "rooted": (
        "def rooted(values):\n    roots = []\n    for value in values:\n"
        "        roots.append(math.sqrt(value) if value > 0 else 0.0)\n    return roots"
    ),
}


@functools.cache
def _written() -> tuple[bytes, bytes]:
    lesson = read_lesson(COURSE / "notebooks" / "lessons" / LESSON / "lesson.py")
    with content.use_root(COURSE):
        source = source_notebook(lesson, "1")
        return source, release_notebooks({LESSON: source})[LESSON]


def released() -> dict[str, Any]:
    """Return the released notebook afresh, as plain JSON."""
    found: dict[str, Any] = json.loads(_written()[1])
    return found


def answered() -> dict[str, Any]:
    """Return the notebook of an honest learner with every answer right, as plain JSON."""
    nb = released()
    for cell in nb["cells"]:
        task = cell["id"].removeprefix("answer-")
        if task in ANSWERS:
            cell["source"] = ANSWERS[task].splitlines(keepends=True)
        if cell["id"] == "written-memo":
            cell["source"] = [MEMO]
    return nb


def open_course(place: Path) -> Path:
    """Make a course with this lesson, its gradebook filled; use it with `content.use_root`."""
    shutil.copytree(COURSE / "notebooks", place / "notebooks")
    for tree, data in zip(("source", "release"), _written(), strict=True):
        path = place / "notebooks" / tree / LESSON / f"{LESSON}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    shutil.copy(ROOT / "nbgrader_config.py", place)
    refused = agree(place, [LESSON]).refused
    assert not refused, refused
    return place


def hand_in(place: Path, learner: str, files: dict[str, bytes]) -> Path:
    """Put a submission's files where `collect` would; return the folder."""
    folder = place / "submitted" / learner / LESSON
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
