"""Read the tasks of a lesson's notebook: the answer cell, what is above it, its heading."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

__all__ = ["Task", "read_tasks"]

_ANSWER = "answer-"
_HEADING = re.compile(r"^## Task \d+: (.+)", re.MULTILINE)


@dataclass(frozen=True)
class Task:
    """One task with a code cell: `cell` is its text, `above` are the code cells before it."""

    id: str
    title: str
    cell: str
    above: tuple[str, ...]


@cache
def read_tasks(
    root: Path, lesson: str, notebook: Literal["release", "source"]
) -> Mapping[str, Task]:
    """Return the tasks by id, in their order; only `source` holds solutions."""
    path = root / "notebooks" / notebook / lesson / f"{lesson}.ipynb"
    title, above, found = "", list[str](), {}
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        if headings := _HEADING.findall(text):
            title = headings[-1]
        if cell["cell_type"] != "code":
            continue
        if cell["id"].startswith(_ANSWER):
            name = cell["id"].removeprefix(_ANSWER)
            found[name] = Task(name, title, text, tuple(above))
        above.append(text)
    return found
