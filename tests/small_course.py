"""A course of one lesson under tests/, written and opened in a folder of a test's own."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder import content
from autograder.authoring.gradebook import agree
from autograder.authoring.lesson import read_lesson
from autograder.authoring.notebooks import release_notebooks, source_notebook

__all__ = ["ROOT", "SmallCourse"]

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class SmallCourse:
    """The course in `folder`, whose one lesson is `lesson`."""

    folder: Path
    lesson: str

    @cached_property
    def notebooks(self) -> tuple[bytes, bytes]:
        """Return the lesson's source and release, written once."""
        lesson = read_lesson(self.folder / "notebooks" / "lessons" / self.lesson / "lesson.py")
        with content.use_root(self.folder):
            source = source_notebook(lesson, "1")
            return source, release_notebooks({self.lesson: source})[self.lesson]

    def released(self) -> dict[str, Any]:
        """Return the released notebook afresh, as plain JSON."""
        found: dict[str, Any] = json.loads(self.notebooks[1])
        return found

    def open(self, place: Path) -> Path:
        """Make a course with the lesson, its gradebook filled; use it with `content.use_root`."""
        shutil.copytree(self.folder / "notebooks", place / "notebooks")
        for tree, data in zip(("source", "release"), self.notebooks, strict=True):
            path = place / "notebooks" / tree / self.lesson / f"{self.lesson}.ipynb"
            path.parent.mkdir(parents=True)
            path.write_bytes(data)
        shutil.copy(ROOT / "nbgrader_config.py", place)
        refused = agree(place, [self.lesson]).refused
        assert not refused, refused
        return place
