"""Serve what is due: one short notebook of tasks to write again, on fresh cases."""

from __future__ import annotations

import ast
import builtins
import json
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from autograder import content
from autograder.judging.attempts import Attempts
from autograder.judging.reference import reference_answer
from autograder.judging.surroundings import bound_names
from autograder.judging.workbook import read_notebook, released_notebook
from autograder.manifest import Lesson
from autograder.progress.standing import Standing, TaskStanding

__all__ = ["AT_ONCE", "choose", "serve"]

AT_ONCE = 3
_DUNDER = dir(builtins)


def choose(standing: Standing, most: int = AT_ONCE) -> list[TaskStanding]:
    """Pick due tasks, one a lesson first, so that neighbours ask for different skills."""
    due = standing.due()
    seen: set[str] = set()
    first: list[TaskStanding] = []
    later: list[TaskStanding] = []
    for one in due:
        (later if one.lesson in seen else first).append(one)
        seen.add(one.lesson)
    return (first + later)[:most]


def serve(tasks: Sequence[TaskStanding], folder: Path, day: date, record: Attempts) -> Path:
    """Write the notebook, open a fresh set of cases for each task, and return the path.

    An existing notebook of the day is never written to. Raise `ContentError`
    where a lesson was not built.
    """
    cells = [_markdown("title", _title(tasks))]
    for one in tasks:
        cells += _cells(content.course().lesson(one.lesson), one.task.id)
    folder.mkdir(parents=True, exist_ok=True)
    path = _free(folder, day)
    path.write_text(json.dumps(_notebook(cells), indent=1, ensure_ascii=False) + "\n", "utf-8")
    for one in tasks:
        variant = record.history(one.lesson, one.task.id).variant
        record.keep_review(one.lesson, one.task.id, variant)
    return path


def _title(tasks: Sequence[TaskStanding]) -> str:
    count = {1: "One task", 2: "Two tasks", 3: "Three tasks"}.get(len(tasks), f"{len(tasks)} tasks")
    return (
        f"# Review\n\n{count} that you have solved before, on cases that you have not seen.\n"
        "Write each one again without looking at your old answer: recalling it is what makes it"
        " last.\nIf you are stuck, look at the lesson, then close it again."
    )


def _cells(lesson: Lesson, task_id: str) -> list[dict[str, Any]]:
    """Take from the released lesson what one answer needs: imports, helpers, text, stub."""
    released = read_notebook(released_notebook(lesson))["cells"]
    at = next(i for i, cell in enumerate(released) if _role(cell) == ("answer", task_id))
    stub = _source(released[at])
    wanted = _read(stub) | _read(reference_answer(lesson.id, task_id))
    helpers = _helpers(released[:at], wanted)
    statement = next((c for c in reversed(released[:at]) if c["cell_type"] == "markdown"), None)
    points = lesson.task(task_id).points
    where = f"## {task_id} ({points:g} points, from *{lesson.title}*)"
    return [
        _markdown(f"where-{task_id}", where),
        *(_code(f"given-{task_id}-{n}", text) for n, text in enumerate(helpers, start=1)),
        *([_markdown(f"text-{task_id}", _body(_source(statement)))] if statement else []),
        _code(f"again-{task_id}", stub),
        _code(f"check-{task_id}", f'check("{task_id}", lesson="{lesson.id}")'),
    ]


def _helpers(before: Sequence[dict[str, Any]], wanted: set[str]) -> list[str]:
    """Return the earlier cells that set what an answer reads, and what these read, in order."""
    chosen: list[str] = []
    for cell in reversed(before):
        role, source = _role(cell)[0], _source(cell)
        if cell["cell_type"] != "code" or role in ("answer", "check", "predict"):
            continue
        if role == "setup" or bound_names(source) & wanted:
            wanted |= _read(source)
            chosen.append(source)
    return chosen[::-1]


def _read(source: str) -> set[str]:
    """List the names that a cell reads; none where it does not parse."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return names.difference(_DUNDER)


def _role(cell: dict[str, Any]) -> tuple[str, str]:
    ours = cell.get("metadata", {}).get("rungs", {})
    return ours.get("role", ""), ours.get("task", "")


def _source(cell: dict[str, Any]) -> str:
    return "".join(cell["source"])


def _body(text: str) -> str:
    """Drop a lesson's own headings: the review has one for each task."""
    return "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()


def _free(folder: Path, day: date) -> Path:
    names: Iterable[str] = (f"{day}{'' if n == 1 else f'-{n}'}.ipynb" for n in range(1, 1000))
    return next(folder / name for name in names if not (folder / name).exists())


def _markdown(name: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": text}


def _code(name: str, text: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": name[:64],
        "metadata": {},
        "source": text,
        "outputs": [],
        "execution_count": None,
    }


def _notebook(cells: list[dict[str, Any]]) -> dict[str, Any]:
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    return {
        "cells": cells,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
