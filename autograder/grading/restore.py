"""Put a submitted notebook back into the shape its lesson was released in.

Learners delete, copy, move and retype cells, and tools rewrite metadata.
Afterwards every released cell is there exactly once with its own metadata, the
learner's text is untouched, and nothing that was lost is replaced by a stub
that would run.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

__all__ = ["ReleasedCell", "restore"]


@dataclass(frozen=True)
class ReleasedCell:
    """Describe one released cell by what the gradebook holds of it.

    `points` is None unless the cell carries a mark.
    """

    name: str
    cell_type: str
    source: str
    checksum: str
    locked: bool
    solution: bool
    points: float | None

    @property
    def metadata(self) -> dict[str, Any]:
        """Return nbgrader's metadata of this cell."""
        found: dict[str, Any] = {
            "cell_type": self.cell_type,
            "checksum": self.checksum,
            "grade": self.points is not None,
            "grade_id": self.name,
            "locked": self.locked,
            "schema_version": 3,
            "solution": self.solution,
            "task": False,
        }
        return found if self.points is None else {**found, "points": self.points}


def restore(nb: NotebookNode, released: Sequence[ReleasedCell]) -> list[str]:
    """Restore a notebook in place and return one sentence for each repair."""
    notes: list[str] = []
    nb.cells = list(_readable(nb.get("cells", [])))
    places = _match(nb, {cell.name: cell for cell in released}, notes)
    for before, cell in zip([None, *released], released, strict=False):
        if cell.name not in places:
            at = places[before.name] + 1 if before is not None else 0
            nb.cells.insert(at, _replacement(cell))
            places = {name: p + (p >= at) for name, p in places.items()} | {cell.name: at}
            notes.append(_loss(cell))
    _unique_ids(nb)
    return notes


def _readable(cells: Any) -> Iterator[NotebookNode]:
    """Yield cells with every field that later readers rely on."""
    for cell in cells if isinstance(cells, list) else []:
        if not isinstance(cell, dict):
            continue
        kind = cell.get("cell_type")
        source = cell.get("source", "")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        fresh = new_code_cell(text) if kind == "code" else new_markdown_cell(text)
        metadata = cell.get("metadata")
        fresh.metadata = copy.deepcopy(metadata) if isinstance(metadata, dict) else NotebookNode()
        if isinstance(cell.get("id"), str):
            fresh.id = cell["id"]
        yield fresh


def _match(nb: NotebookNode, released: dict[str, ReleasedCell], notes: list[str]) -> dict[str, int]:
    """Find each released cell; what claims to be one and is not becomes a plain cell."""
    places: dict[str, int] = {}
    for position, cell in enumerate(nb.cells):
        name = _name(cell, released)
        if name is None:
            cell.metadata.pop("nbgrader", None)
        elif name in places:
            cell.metadata.pop("nbgrader", None)
            notes.append(f"The cell {name} was copied; the copy was run as ordinary code.")
        else:
            places[name] = position
            nb.cells[position] = _as_released(cell, released[name], notes)
    return places


def _name(cell: NotebookNode, released: dict[str, ReleasedCell]) -> str | None:
    claimed = cell.metadata.get("nbgrader")
    name = claimed.get("grade_id") if isinstance(claimed, dict) else cell.get("id")
    return name if isinstance(name, str) and name in released else None


def _as_released(cell: NotebookNode, original: ReleasedCell, notes: list[str]) -> NotebookNode:
    if cell.cell_type != original.cell_type:
        notes.append(f"The cell {original.name} is a {original.cell_type} cell again.")
        cell = _new(original.cell_type, cell.source)
    if original.locked and cell.source != original.source:
        cell.source = original.source
        notes.append(f"The locked cell {original.name} has its own text again.")
    cell.metadata["nbgrader"] = original.metadata
    cell.id = original.name
    return cell


def _replacement(cell: ReleasedCell) -> NotebookNode:
    # A deleted answer may live on in another cell: its stub must not run over it.
    lost_answer = cell.solution and cell.cell_type == "code"
    source = "# This answer cell is not in the submission." if lost_answer else cell.source
    fresh = _new(cell.cell_type, source)
    fresh.metadata["nbgrader"] = cell.metadata
    fresh.id = cell.name
    return fresh


def _loss(cell: ReleasedCell) -> str:
    if cell.solution:
        return f"The answer cell {cell.name} was deleted; code elsewhere in the notebook counts."
    return f"The cell {cell.name} was deleted and is back."


def _new(cell_type: str, source: str) -> NotebookNode:
    made: NotebookNode = new_code_cell(source) if cell_type == "code" else new_markdown_cell(source)
    return made


def _unique_ids(nb: NotebookNode) -> None:
    seen: set[str] = {c.id for c in nb.cells if "nbgrader" in c.metadata}
    for cell in nb.cells:
        if "nbgrader" not in cell.metadata:
            while cell.get("id") in seen or not cell.get("id"):
                cell.id = new_code_cell().id
            seen.add(cell.id)
