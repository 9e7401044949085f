"""Read a lesson's corpus, and run the lesson's code as a namespace for its entries."""

from __future__ import annotations

import ast
import asyncio
import inspect
import os
import re
import sys
import traceback
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

import autograder
from autograder.authoring.lesson import Cell, Lesson
from autograder.errors import ContentError

__all__ = ["Code", "CorpusError", "Entry", "add_code", "lesson_code", "read_corpus", "run_lesson"]

_FIELD = re.compile(r"^(task|score|says):\s*(.*)$")
_ANY_FIELD = re.compile(r"^(\w+):\s")
_BEGIN, _END = "### BEGIN SOLUTION", "### END SOLUTION"
_STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")


class CorpusError(ContentError):
    """Report one place of a corpus that cannot be used."""

    def __init__(self, path: Path, line: int, what: str, remedy: str) -> None:
        super().__init__(f"{'/'.join(path.parts[-4:])}:{line}: {what} {remedy}")


@dataclass(frozen=True)
class Code:
    """Hold code that runs in a namespace; `file` and `line` say where line 1 of it stands."""

    file: str
    line: int
    source: str


@dataclass(frozen=True)
class Entry:
    """One submission with the score it must get: `low` to `high`, equal where it is exact.

    `says` is what a card tells a learner whose answers match this one; a right
    entry has none.
    """

    path: Path
    kind: Literal["right", "wrong"]
    title: str
    task: str
    low: float
    high: float
    says: str
    code: Code

    @property
    def name(self) -> str:
        """Name the entry by its file."""
        return self.path.stem

    @property
    def exact(self) -> bool:
        """Tell whether the score is declared exactly, for every seed."""
        return self.low == self.high

    @property
    def declared(self) -> str:
        """Print the declared score."""
        return f"{self.low:g}" if self.exact else f"{self.low:g} to {self.high:g}"


def read_corpus(folder: Path, tasks: tuple[str, ...]) -> list[Entry]:
    """Read every entry of a corpus folder, by task in the lesson's order, right before wrong."""
    entries = [_entry(path, tasks) for path in sorted(folder.glob("*.py"))]
    return sorted(entries, key=lambda e: (tasks.index(e.task), e.kind, e.name))


def lesson_code(lesson: Lesson, stub: bool = False) -> list[Code]:
    """Return the code cells that a replay runs, with references or with the untouched stub."""
    cells = (cell for cell in lesson.of_kind("code") if cell.role != "check")
    return [
        Code(
            "/".join(lesson.path.parts[-2:]),
            cell.line + 1,
            _without_solution(cell) if stub and cell.role == "answer" else cell.source,
        )
        for cell in cells
    ]


def run_lesson(
    cells: list[Code], folder: Path, keep_going: bool = False
) -> tuple[dict[str, Any], list[str]]:
    """Run a lesson's code in this process, which should be a child of its own.

    The namespace becomes `__main__`, `folder` the working folder, plots go
    nowhere, and `check`, `predict` and `reveal` do nothing. Returns the
    namespace and, where `keep_going`, a sentence for each cell that raised.
    Raises `ContentError` at a cell that raises otherwise.
    """
    os.environ["MPLBACKEND"] = "Agg"
    for threads in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        # A forked child hangs in a library's thread pool that stayed with its parent.
        os.environ[threads] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    warnings.simplefilter("ignore")
    os.chdir(folder)
    for name in ("check", "predict", "reveal"):
        setattr(autograder, name, _nothing)
    main = ModuleType("__main__")
    main.__dict__.update(display=_nothing, get_ipython=_nothing)
    sys.modules["__main__"] = main
    faults: list[str] = []
    for cell in cells:
        try:
            add_code(main.__dict__, cell)
        except ContentError as err:
            if not keep_going:
                raise
            faults.append(str(err))
    return main.__dict__, faults


def add_code(namespace: dict[str, Any], code: Code) -> None:
    """Run code in a namespace as a notebook would, top-level await included."""
    try:
        tree = ast.parse(code.source, code.file)
        ast.increment_lineno(tree, code.line - 1)
        compiled = compile(tree, code.file, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        result = _evaluate(compiled, namespace)
        if inspect.iscoroutine(result):
            asyncio.run(result)
    except SyntaxError as err:
        line = code.line - 1 + (err.lineno or 1)
        raise ContentError(f"{code.file}:{line}: {err.msg}. Mend this line.") from err
    except Exception as err:
        line = _line_in(err, code.file) or code.line
        raise ContentError(
            f"{code.file}:{line}: {type(err).__name__}: {err}. Mend this line, or the ones before."
        ) from err


_evaluate: Callable[..., Any] = eval


def _nothing(*_: Any, **__: Any) -> None:
    """Stand in for what only a notebook has a use for."""


def _line_in(err: BaseException, file: str) -> int | None:
    places = [(f.f_code.co_filename, line) for f, line in traceback.walk_tb(err.__traceback__)]
    return next((line for name, line in reversed(places) if name == file), None)


def _without_solution(cell: Cell) -> str:
    lines = list(_cleared(cell.source.splitlines()))
    return "\n".join(lines if _BEGIN in cell.source else _STUB)


def _cleared(lines: list[str]) -> Iterator[str]:
    """Put nbgrader's stub where each solution block stands, indented as its first line is."""
    inside = False
    for line in lines:
        if _BEGIN in line:
            inside = True
            indent = line[: len(line) - len(line.lstrip())]
            yield from (indent + stub for stub in _STUB)
        elif _END in line:
            inside = False
        elif not inside:
            yield line


def _entry(path: Path, tasks: tuple[str, ...]) -> Entry:
    kind = path.stem.partition("_")[0]
    if kind not in ("right", "wrong"):
        raise CorpusError(
            path, 1, "A corpus file is a right or a wrong one.", "Name it right_… or wrong_…."
        )
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text, str(path))
    except SyntaxError as err:
        raise CorpusError(path, err.lineno or 1, f"{err.msg}.", "Mend this line.") from err
    title, fields, lines = _docstring(path, tree)
    task = fields.get("task", "")
    if task not in tasks:
        what = f"The docstring names {f'the task {task!r}' if task else 'no task'}."
        remedy = f"Write a line `task: …` with one of: {', '.join(tasks)}."
        raise CorpusError(path, lines.get("task", 1), what, remedy)
    code = Code("/".join(path.parts[-2:]), 1, text)
    if kind == "right":
        if fields.get("score", "1") not in ("1", "1.0"):
            what = "A right entry scores full."
            raise CorpusError(path, lines["score"], what, "Take `score:` out.")
        return Entry(path, "right", title, task, 1.0, 1.0, "", code)
    if not fields.get("says"):
        what = "A wrong entry has no `says:` line."
        raise CorpusError(path, 1, what, "Add what the card tells a learner who made this mistake.")
    low, high = _score(path, fields.get("score"), lines.get("score", 1))
    return Entry(path, "wrong", title, task, low, high, fields["says"], code)


def _docstring(path: Path, tree: ast.Module) -> tuple[str, dict[str, str], dict[str, int]]:
    """Return the title, the fields, and the line each field stands on."""
    doc = ast.get_docstring(tree, clean=True)
    if not doc:
        remedy = "Open it with a title sentence, an empty line, and `task:`, `score:`, `says:`."
        raise CorpusError(path, 1, "The file has no docstring.", remedy)
    title, _, rest = doc.partition("\n\n")
    fields: dict[str, str] = {}
    places: dict[str, int] = {}
    current = ""
    first = tree.body[0].lineno + doc[: len(doc) - len(rest)].count("\n")
    for number, line in enumerate(rest.splitlines(), start=first):
        found = _FIELD.match(line)
        if found:
            current = found[1]
            fields[current], places[current] = found[2].strip(), number
        elif current and not _ANY_FIELD.match(line):
            fields[current] = f"{fields[current]} {line.strip()}".strip()
        elif line.strip():
            remedy = "The fields are task, score and says; indent a line that continues one."
            raise CorpusError(path, number, f"{line.strip()!r} is not a field.", remedy)
    return " ".join(title.split()), fields, places


def _score(path: Path, text: str | None, line: int) -> tuple[float, float]:
    parts = (text or "").split("..")
    try:
        low, high = float(parts[0]), float(parts[-1])
        fits = len(parts) <= 2 and 0 <= low <= high <= 1 and low < 1
        # An exact 1 is not wrong; an interval may end at 1, its mean stays below.
    except ValueError:
        fits = False
    if not fits:
        what = f"The score {text!r} is not one below 1." if text else "There is no `score:` line."
        remedy = "Write `score: 0.5`, or an interval such as `score: 0.25..0.6`."
        raise CorpusError(path, line, what, remedy)
    return low, high
