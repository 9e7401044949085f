"""Where a check was called from: seat, namespace, lesson, notebook file and the cells that ran."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

__all__ = [
    "Run",
    "Runs",
    "SavedCell",
    "SavedNotebook",
    "Seat",
    "display",
    "namespace_of",
    "notebook_path",
    "saved_notebook",
    "seat",
    "shell",
]

Seat = Literal["practice", "official", "book", "fresh", "strict"]


def seat() -> Seat:
    """Tell in whose name the notebook runs.

    `official`: the trusted process judges, a check cell does nothing. `book`:
    the site is being built. `fresh`: `rungs check --fresh` replays. `strict`:
    nbgrader validates (or autogrades without our preprocessor), so that less
    than full must fail the cell. `practice`: a person at work.
    """
    named = os.environ.get("RUNGS_SEAT", "")
    if named in ("official", "book", "fresh"):
        return named  # type: ignore[return-value]  # mypy does not narrow a str by `in`
    nbgrader = os.environ.get("NBGRADER_EXECUTION") or os.environ.get("NBGRADER_VALIDATING")
    return "strict" if nbgrader else "practice"


def shell() -> Any:
    """Return the running IPython shell, or None; never imports IPython."""
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def namespace_of(depth: int) -> dict[str, Any]:
    """Return the learner's variables: the shell's, else the globals `depth` frames up."""
    running = shell()
    found: dict[str, Any] = (
        running.user_ns if running is not None else sys._getframe(depth + 1).f_globals
    )
    return found


def display(plain: str, html: str, facts: Mapping[str, Any] | None = None) -> None:
    """Show one card; `facts` travel in the output's metadata, for programs."""
    if shell() is None:
        print(plain)
        return
    from IPython.display import display as show

    data = {"text/plain": plain, "text/html": html}
    extra = {"rungs": dict(facts)} if facts else {}
    show(data, raw=True, metadata=extra)


def notebook_path(namespace: Mapping[str, Any], lesson: str = "") -> Path | None:
    """Find the notebook's file: as the server or the editor says, else by the lesson's name."""
    said = os.environ.get("JPY_SESSION_NAME") or namespace.get("__vsc_ipynb_file__")
    guesses = [Path(said)] if isinstance(said, str) and said else []
    guesses += [Path.cwd() / f"{lesson}.ipynb"] if lesson else []
    return next((path for path in guesses if path.suffix == ".ipynb" and path.is_file()), None)


@dataclass(frozen=True)
class SavedCell:
    """One code cell as the file has it; `role` and `task` are "" for ordinary cells."""

    id: str
    source: str
    role: str = ""
    task: str = ""


@dataclass(frozen=True)
class SavedNotebook:
    """A notebook's code cells as saved at `time` (Unix seconds), and the lesson it names."""

    path: Path
    time: float
    lesson: str
    cells: tuple[SavedCell, ...]


def saved_notebook(path: Path | None) -> SavedNotebook | None:
    """Read a notebook's code cells; None where there is no readable notebook."""
    if path is None:
        return None
    try:
        saved = path.stat().st_mtime
        content = json.loads(path.read_text(encoding="utf-8"))
        cells = tuple(_cell(c) for c in content["cells"] if c["cell_type"] == "code")
        lesson = content.get("metadata", {}).get("rungs", {}).get("lesson", "")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # Half saved or not a notebook: there is then nothing to compare with.
    return SavedNotebook(path, saved, str(lesson), cells)


def _cell(cell: dict[str, Any]) -> SavedCell:
    ours = cell["metadata"].get("rungs", {})
    source = cell["source"]
    whole = source if isinstance(source, str) else "".join(source)
    return SavedCell(
        str(cell.get("id", "")), whole, str(ours.get("role", "")), str(ours.get("task", ""))
    )


@dataclass(frozen=True)
class Run:
    """One execution of a cell: `number` as in `In [3]`, `id` "" where the front end names none."""

    number: int
    id: str
    source: str
    time: float


class Runs:
    """Remember which cells ran in this kernel, from the setup cell on."""

    def __init__(self) -> None:
        self._seen: dict[int, Run] = {}
        self._deleted: set[str] = set()
        self._since = time.time()

    def watch(self) -> None:
        """Listen to the running shell, once; without one there is nothing to hear."""
        running = shell()
        if running is None or getattr(running, "_rungs_runs", None) is not None:
            return
        running._rungs_runs = self
        running.events.register("pre_run_cell", self._before)

    def _before(self, info: Any) -> None:
        meta = getattr(info, "cell_meta", None)
        if isinstance(meta, Mapping):
            self._deleted.update(str(x) for x in meta.get("deletedCells") or ())
        if info.store_history:
            # The next input's number; `execution_count` has moved on in some IPython versions.
            number = len(shell().history_manager.input_hist_raw)
            cell = str(info.cell_id or "")
            self._deleted.discard(cell)
            self._seen[number] = Run(number, cell, str(info.raw_cell), time.time())

    def all(self) -> list[Run]:
        """List every run in order, with the ones that came before `watch`."""
        running = shell()
        if running is None:
            return []
        sources = enumerate(running.history_manager.input_hist_raw)
        return [
            self._seen.get(number) or Run(number, "", source, self._since)
            for number, source in sources
            if number and source.strip()
        ]

    def texts(self, saved: SavedNotebook | None) -> list[SavedCell]:
        """Give the notebook's code cells as far as they are known: the newer of run and saved.

        A cell that ran after the notebook was saved counts as it ran; one that
        is neither in the file nor run since is gone.
        """
        newer = saved.time if saved is not None else 0.0
        latest = {run.id: run for run in self.all() if run.id and run.time > newer}
        cells = [
            replace(cell, source=latest.pop(cell.id).source) if cell.id in latest else cell
            for cell in (saved.cells if saved is not None else ())
        ]
        cells += [SavedCell(run.id, run.source) for run in latest.values()]
        return [cell for cell in cells if cell.id not in self._deleted]

    def unplaced(self, saved: SavedNotebook | None) -> list[Run]:
        """List the runs of which nobody can tell whether their cell is still there."""
        newer = saved.time if saved is not None else 0.0
        return [run for run in self.all() if not run.id and run.time >= newer]

    def defining(self, function: Any) -> Run | None:
        """Find the run whose cell defined this function."""
        running = shell()
        code = getattr(function, "__code__", None)
        if running is None or code is None:
            return None
        numbers = getattr(running.compile, "_filename_map", {})
        number = numbers.get(code.co_filename)
        return next((run for run in self.all() if run.number == number), None)
