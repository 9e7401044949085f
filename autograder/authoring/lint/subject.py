"""What the rules look at: the manifest with its lines, and one lesson with all its files."""

from __future__ import annotations

import ast
import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from autograder.authoring.lesson import Cell, Lesson
from autograder.authoring.lint.finding import Finding
from autograder.authoring.lint.syntax import parse_cell
from autograder.manifest import Course
from autograder.manifest import Lesson as Entry

__all__ = ["CourseSubject", "LessonSubject", "ManifestLines"]


class ManifestLines:
    """Find the line of course.yaml that a path of keys and indices points to."""

    def __init__(self, text: str) -> None:
        self._root = yaml.compose(text)

    def line(self, *path: str | int) -> int:
        """Return the line, counted from 1, of the deepest part of the path that exists."""
        node, line = self._root, 1
        for part in path:
            found = _child(node, part)
            if found is None:
                break
            node, line = found
        return line


def _child(node: Any, part: str | int) -> tuple[Any, int] | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        return node.value[part], node.value[part].start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == part:
                return value, key.start_mark.line + 1
    return None


@dataclass(frozen=True)
class CourseSubject:
    """The whole course, for rules that compare lessons or look at the manifest."""

    root: Path
    course: Course
    lines: ManifestLines

    @property
    def manifest(self) -> Path:
        """Return the manifest's path."""
        return self.root / "notebooks" / "course.yaml"

    @property
    def lessons(self) -> Path:
        """Return the folder of authored lessons."""
        return self.root / "notebooks" / "lessons"

    @cached_property
    def competencies(self) -> frozenset[str]:
        """Read the known competency ids."""
        path = self.root / "datasets" / "career" / "competencies.csv"
        if not path.is_file():
            return frozenset()
        with path.open(encoding="utf-8", newline="") as file:
            return frozenset(row["id"] for row in csv.DictReader(file))

    def files_of(self, slug: str) -> dict[str, str] | None:
        """Map a dataset's file names to paths, or None where there is no such dataset."""
        path = self.root / "datasets" / slug / "dataset.yaml"
        if not path.is_file():
            return None
        described = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return {str(file["name"]): str(file["path"]) for file in described.get("files", [])}


@dataclass(frozen=True)
class LessonSubject:
    """One lesson: its manifest entry, cells, judge and corpus."""

    course: CourseSubject
    entry: Entry
    lesson: Lesson

    @property
    def folder(self) -> Path:
        """Return the lesson's folder."""
        return self.lesson.path.parent

    @property
    def index(self) -> int:
        """Return the entry's place in the manifest."""
        return self.course.course.lessons.index(self.entry)

    def entry_line(self, *path: str | int) -> int:
        """Return a line inside the lesson's manifest entry."""
        return self.course.lines.line("lessons", self.index, *path)

    def at(self, cell: Cell, what: str, remedy: str, line: int | None = None) -> Finding:
        """Make a finding about a cell; `line` counts from 1 inside it."""
        return Finding(self.lesson.path, cell.line + (line or 0), what, remedy)

    @cached_property
    def code(self) -> list[tuple[Cell, ast.Module]]:
        """Pair each code cell that parses with its tree."""
        pairs = []
        for cell in self.lesson.of_kind("code"):
            try:
                pairs.append((cell, parse_cell(cell.source)))
            except SyntaxError:
                continue  # the rule on syntax reports it
        return pairs

    @cached_property
    def judge(self) -> ast.Module | None:
        """Parse judge.py, or give None where it is missing or does not parse."""
        return _parsed(self.judge_path)

    @cached_property
    def probe(self) -> ast.Module | None:
        """Parse probe.py, or give None where it is missing or does not parse."""
        return _parsed(self.probe_path)

    @property
    def judge_path(self) -> Path:
        """Return the judge's path."""
        return self.folder / "judge.py"

    @property
    def probe_path(self) -> Path:
        """Return the probe's path."""
        return self.folder / "probe.py"

    @cached_property
    def corpus(self) -> list[Path]:
        """List the corpus files, sorted."""
        return sorted((self.folder / "corpus").glob("*.py"))


def _parsed(path: Path) -> ast.Module | None:
    try:
        return ast.parse(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, SyntaxError, UnicodeDecodeError):
        return None
