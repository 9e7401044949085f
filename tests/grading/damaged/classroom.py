"""A class on the lesson that damaged notebooks come from, in a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.small_course import SmallCourse

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


SMALL = SmallCourse(COURSE, LESSON)


def released() -> dict[str, Any]:
    """Return the released notebook afresh, as plain JSON."""
    return SMALL.released()


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
    return SMALL.open(place)


def hand_in(place: Path, learner: str, files: dict[str, bytes]) -> Path:
    """Put a submission's files where `collect` would; return the folder."""
    folder = place / "submitted" / learner / LESSON
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder
