"""Read an authored `lesson.py` (py:percent) into typed cells that remember their lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import jupytext

from autograder.errors import ContentError

__all__ = ["Cell", "Kind", "Lesson", "LessonError", "Role", "parse_lesson", "read_lesson"]

Kind = Literal["code", "markdown"]
Role = Literal["text", "code", "setup", "predict", "answer", "check", "written", "rubric"]

# Without comment_magics=False jupytext would turn a comment such as `# %time` into a magic.
_FORMAT = {"extension": ".py", "format_name": "percent", "comment_magics": False}
_MARKER = re.compile(r"^# %%(?=\s|$)")
_TASK = re.compile(r"^[a-z][a-z0-9_]*$")
_KIND_OF: dict[str, Kind] = {
    "setup": "code",
    "predict": "code",
    "answer": "code",
    "check": "code",
    "written": "markdown",
    "rubric": "markdown",
}
_WITH_TASK = ("answer", "check", "written", "rubric")
_WITH_POINTS = ("answer", "written")


class LessonError(ContentError):
    """Report one place in a lesson that cannot be read; its parts serve the linter."""

    def __init__(self, path: Path, line: int, what: str, remedy: str) -> None:
        self.path = path
        self.line = line
        self.what = what
        self.remedy = remedy
        super().__init__(f"{'/'.join(path.parts[-4:])}:{line}: {what} {remedy}")


@dataclass(frozen=True)
class Cell:
    """One cell of a lesson; `line` is its marker's line in the file, counted from 1."""

    role: Role
    kind: Kind
    source: str
    line: int
    task: str | None = None
    points: float | None = None

    def line_of(self, offset: int) -> int:
        """Return the file's line of the source's line `offset`, counted from 0."""
        return self.line + 1 + offset


@dataclass(frozen=True)
class Lesson:
    """One authored lesson: its file and its cells, top to bottom."""

    path: Path
    cells: tuple[Cell, ...]

    @property
    def id(self) -> str:
        """Name the lesson by its folder."""
        return self.path.parent.name

    def with_role(self, *roles: Role) -> Iterator[Cell]:
        """Yield the cells that have one of these roles."""
        return (cell for cell in self.cells if cell.role in roles)

    def of_kind(self, kind: Kind) -> Iterator[Cell]:
        """Yield the code cells or the Markdown cells."""
        return (cell for cell in self.cells if cell.kind == kind)


def read_lesson(path: Path) -> Lesson:
    """Read a `lesson.py`; raise `LessonError` at the first marker that cannot be understood."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as err:
        raise LessonError(path, 1, "The file does not exist.", "Write the lesson here.") from err
    except UnicodeDecodeError as err:
        raise LessonError(path, 1, "The file is not UTF-8.", "Save it as UTF-8.") from err
    return parse_lesson(text, path)


def parse_lesson(text: str, path: Path) -> Lesson:
    """Parse a lesson's text; `path` is what errors name."""
    lines = text.splitlines()
    markers = [number for number, line in enumerate(lines, start=1) if _MARKER.match(line)]
    _refuse_preamble(lines, markers, path)
    parsed = jupytext.reads(text, fmt=_FORMAT).cells
    if len(parsed) != len(markers):
        raise LessonError(
            path,
            _odd_marker(parsed, markers),
            f"The file has {len(markers)} lines that begin with `# %%` but {len(parsed)} cells.",
            "Keep `# %%` out of strings, and write each marker at the start of its line.",
        )
    cells = (_cell(raw, line, path) for raw, line in zip(parsed, markers, strict=True))
    return Lesson(path, tuple(cells))


def _refuse_preamble(lines: list[str], markers: list[int], path: Path) -> None:
    first = markers[0] if markers else len(lines) + 1
    for number, line in enumerate(lines[: first - 1], start=1):
        if line.strip():
            raise LessonError(
                path, number, "Text stands before the first cell.", "Begin with `# %% [markdown]`."
            )
    if not markers:
        raise LessonError(path, 1, "The lesson has no cell.", "Begin with `# %% [markdown]`.")


def _odd_marker(parsed: list[Any], markers: list[int]) -> int:
    # The first parsed cell that holds a marker inside it shows where the counts part.
    for cell, line in zip(parsed, markers, strict=False):
        for offset, text in enumerate(cell.source.splitlines(), start=1):
            if _MARKER.match(text):
                return line + offset
    return markers[-1]


def _cell(raw: Any, line: int, path: Path) -> Cell:
    options = {k: v for k, v in raw.metadata.items() if k != "lines_to_next_cell"}
    if raw.cell_type not in get_args(Kind):
        raise LessonError(
            path,
            line,
            f"A {raw.cell_type} cell has no place in a lesson.",
            "Use `# %%` or `# %% [markdown]`.",
        )
    kind: Kind = raw.cell_type
    role = _role(options.pop("role", None), kind, line, path)
    task = _task(options.pop("task", None), role, line, path)
    points = _points(options.pop("points", None), role, line, path)
    if options:
        raise LessonError(
            path,
            line,
            f"The marker says {', '.join(sorted(options))}, which means nothing here.",
            "A marker takes role, task and points, and no title.",
        )
    return Cell(role, kind, raw.source, line, task, points)


def _role(given: object, kind: Kind, line: int, path: Path) -> Role:
    if given is None:
        return "code" if kind == "code" else "text"
    for role in get_args(Role):
        if given == role and role in _KIND_OF:
            if _KIND_OF[role] != kind:
                what = f"A cell of role {role} is a {_KIND_OF[role]} cell, and this one is {kind}."
                remedy = "Add `[markdown]` to" if kind == "code" else "Take `[markdown]` off"
                raise LessonError(path, line, what, f"{remedy} the marker.")
            return role  # type: ignore[no-any-return]  # get_args is typed as Any
    known = ", ".join(_KIND_OF)
    raise LessonError(path, line, f"There is no role {given!r}.", f"Use one of {known}, or none.")


def _task(given: object, role: Role, line: int, path: Path) -> str | None:
    if role not in _WITH_TASK:
        if given is not None:
            raise LessonError(
                path, line, f"A cell of role {role} names a task.", "Take `task=` off the marker."
            )
        return None
    if isinstance(given, str) and _TASK.match(given):
        return given
    raise LessonError(
        path,
        line,
        f"A cell of role {role} names {'no task' if given is None else f'the task {given!r}'}.",
        'Name it in words, such as task="rank_passages".',
    )


def _points(given: object, role: Role, line: int, path: Path) -> float | None:
    if role not in _WITH_POINTS:
        if given is not None:
            raise LessonError(
                path,
                line,
                f"A cell of role {role} carries points.",
                "Write points= on the answer's or the written cell's marker only.",
            )
        return None
    if isinstance(given, int | float) and not isinstance(given, bool) and given > 0:
        return float(given)
    raise LessonError(
        path,
        line,
        f"A cell of role {role} is worth {'no points' if given is None else repr(given)}.",
        "Write a positive number, such as points=4.",
    )
