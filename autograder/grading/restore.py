"""Put a submitted notebook back into the shape its lesson was released in.

Learners delete, copy, move, split, merge and retype cells, and tools rewrite
or drop what identifies them. Afterwards every released cell is there exactly
once with its own metadata, the learner's text is untouched, and nothing that
was lost is replaced by a stub that would run.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from nbformat import NotebookNode
from nbformat.corpus.words import generate_corpus_id

from autograder.grading.likeness import beyond, defined, flat, parses

__all__ = ["ReleasedCell", "restore"]


@dataclass(frozen=True)
class ReleasedCell:
    """Describe one released cell.

    `points` is None unless the cell carries a mark. A `plain` cell is one that
    nbgrader does not know: the lesson's own prose and code, named by its id.
    """

    name: str
    cell_type: str
    source: str
    checksum: str
    locked: bool
    solution: bool
    points: float | None
    plain: bool = False

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


@dataclass
class _Placed:
    """Hold a cell of the submission and the released cell it is; None for the learner's own."""

    cell: NotebookNode
    original: ReleasedCell | None

    @property
    def own_code(self) -> bool:
        """Tell whether the learner added this cell as code."""
        return self.original is None and self.cell.cell_type == "code"


_Sheet = list[_Placed]


def restore(nb: NotebookNode, released: Sequence[ReleasedCell]) -> list[str]:
    """Restore a notebook in place and return one sentence for each repair."""
    notes: list[str] = []
    sheet = [_Placed(cell, None) for cell in _readable(nb.get("cells", []))]
    ids = {placed.cell.get("id") for placed in sheet}
    _match(sheet, released, notes)
    _join_halves(sheet, notes)
    sheet = [part for placed in sheet for part in _as_released(placed, notes)]
    sheet = _in_released_order(sheet, released, notes)
    _put_back(sheet, released, ids, notes)
    nb.cells = [placed.cell for placed in sheet]
    _unique_ids(nb)
    return notes


def _readable(cells: Any) -> Iterator[NotebookNode]:
    """Yield cells with every field that later readers rely on, and no others."""
    for cell in cells if isinstance(cells, list) else []:
        if not isinstance(cell, dict):
            continue
        source = cell.get("source", "")
        parts = source if isinstance(source, list) else [source]
        kind = "code" if cell.get("cell_type") == "code" else "markdown"
        fresh = _new(kind, "".join(part for part in parts if isinstance(part, str)))
        metadata = cell.get("metadata")
        claims = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        if isinstance(claims, dict):
            fresh.metadata["nbgrader"] = copy.deepcopy(claims)
        if isinstance(cell.get("id"), str):
            fresh.id = cell["id"]
        if kind == "markdown" and cell.get("attachments"):
            fresh.attachments = cell["attachments"]
        yield fresh


def _match(sheet: _Sheet, released: Sequence[ReleasedCell], notes: list[str]) -> None:
    """Find each released cell by the strongest evidence there is; what is left is the learner's."""
    free = {cell.name: cell for cell in released}
    for name_of in (_agreed, _claimed, _id):
        _claim(sheet, free, name_of)
    taken = {cell.name for cell in released} - set(free)
    for placed in sheet:
        name = _claimed(placed.cell)
        if placed.original is None and name in taken:
            notes.append(f"The cell {name} was copied; the copy was run as ordinary code.")
    for alike in (_same_text, _same_names):
        _claim_alike(sheet, free, alike)
    _claim_written(sheet, free, released)


def _claim(
    sheet: _Sheet, free: dict[str, ReleasedCell], name_of: Callable[[NotebookNode], Any]
) -> None:
    for placed in sheet:
        name = name_of(placed.cell)
        if placed.original is None and isinstance(name, str) and name in free:
            placed.original = free.pop(name)


def _claim_alike(
    sheet: _Sheet,
    free: dict[str, ReleasedCell],
    alike: Callable[[NotebookNode, ReleasedCell], bool],
) -> None:
    for original in list(free.values()):
        for placed in sheet:
            if placed.original is None and alike(placed.cell, original):
                placed.original = free.pop(original.name)
                break


def _claimed(cell: NotebookNode) -> str | None:
    claims = cell.metadata.get("nbgrader")
    name = claims.get("grade_id") if isinstance(claims, dict) else None
    return name if isinstance(name, str) else None


def _id(cell: NotebookNode) -> str | None:
    name: str | None = cell.get("id")
    return name


def _agreed(cell: NotebookNode) -> str | None:
    return _claimed(cell) if _claimed(cell) == _id(cell) else None


def _same_text(cell: NotebookNode, original: ReleasedCell) -> bool:
    return bool(cell.source.strip()) and flat(cell.source) == flat(original.source)


def _same_names(cell: NotebookNode, original: ReleasedCell) -> bool:
    is_answer = original.solution and original.cell_type == cell.cell_type == "code"
    return is_answer and bool(defined(cell.source) & defined(original.source))


def _claim_written(
    sheet: _Sheet, free: dict[str, ReleasedCell], released: Sequence[ReleasedCell]
) -> None:
    """Take the learner's own prose that stands where a written answer was released for it."""
    if not any(placed.original and placed.original.plain for placed in sheet):
        return  # the lesson's own prose is unknown, so nobody can tell whose this is
    for before, original in pairwise(released):
        if original.name in free and original.solution and original.cell_type == "markdown":
            at = next((i for i, p in enumerate(sheet) if p.original == before), None)
            found = sheet[at + 1] if at is not None and at + 1 < len(sheet) else None
            if found and found.original is None and found.cell.cell_type == "markdown":
                found.original = free.pop(original.name)


def _join_halves(sheet: _Sheet, notes: list[str]) -> None:
    """Put an answer that was split in the middle of a statement together again."""
    for at in range(len(sheet) - 1, -1, -1):
        original = sheet[at].original
        if original is None or not original.solution or original.cell_type != "code":
            continue
        first, last = at, at
        while last + 1 < len(sheet) and sheet[last + 1].own_code and last - at < 3:
            last += 1
            if _belong(sheet[first : last + 1]):
                _join(sheet, first, last, original, notes)
                break
        else:
            if at and sheet[at - 1].own_code and _belong(sheet[at - 1 : at + 1]):
                _join(sheet, at - 1, at, original, notes)


def _belong(parts: _Sheet) -> bool:
    sources = [placed.cell.source for placed in parts]
    return not all(parses(source) for source in sources) and parses("\n".join(sources))


def _join(sheet: _Sheet, first: int, last: int, original: ReleasedCell, notes: list[str]) -> None:
    whole = _new("code", "\n".join(placed.cell.source for placed in sheet[first : last + 1]))
    sheet[first : last + 1] = [_Placed(whole, original)]
    notes.append(f"The cell {original.name} was split; its parts were put together.")


def _as_released(placed: _Placed, notes: list[str]) -> Iterator[_Placed]:
    """Give a released cell its own type, metadata and, where it is locked, text."""
    cell, original = placed.cell, placed.original
    if original is None:
        cell.metadata.pop("nbgrader", None)
        yield placed
        return
    extra = _extra(cell, original)
    same = flat(cell.source) == flat(original.source)
    if cell.cell_type != original.cell_type and (same or not original.plain):
        notes.append(f"The cell {original.name} is a {original.cell_type} cell again.")
        cell = _new(original.cell_type, cell.source)
    if original.locked and cell.source != original.source:
        cell.source = original.source
        if not same:
            notes.append(f"The locked cell {original.name} has its own text again.")
    _identify(cell, original)
    yield _Placed(cell, original)
    if extra:
        notes.append(f"What was added to {original.name} was kept in a cell of its own.")
        yield _Placed(_new(cell.cell_type, extra), None)


def _extra(cell: NotebookNode, original: ReleasedCell) -> str:
    """Return what a learner wrote into a locked cell, "" where that is only an older release."""
    if not original.locked or _as_it_was_released(cell):
        return ""
    return beyond(cell.source, original.source, code=cell.cell_type == "code")


def _as_it_was_released(cell: NotebookNode) -> bool:
    """Tell whether a locked, unmarked cell still has the checksum of its own release."""
    claims = cell.metadata.get("nbgrader")
    if not isinstance(claims, dict):
        return False
    text = f"{cell.source}{cell.cell_type}FalseFalseTrue{claims.get('grade_id')}"
    digest = hashlib.md5(text.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()
    return digest == claims.get("checksum")


def _in_released_order(sheet: _Sheet, released: Sequence[ReleasedCell], notes: list[str]) -> _Sheet:
    """Sort released cells that were moved; the learner's own stay behind what they followed."""
    place = {cell.name: at for at, cell in enumerate(released)}
    code = [p.original.name for p in sheet if p.original and p.original.cell_type == "code"]
    if all(place[a] < place[b] for a, b in pairwise(code)):
        return sheet
    notes.append("Cells had been moved; they were run in the order in which they were released.")
    groups: list[_Sheet] = [[]]
    for placed in sheet:
        if placed.original is not None:
            groups.append([])
        groups[-1].append(placed)
    first, *moved = groups
    moved.sort(key=lambda group: place[group[0].original.name] if group[0].original else -1)
    return [*first, *(placed for group in moved for placed in group)]


def _put_back(
    sheet: _Sheet, released: Sequence[ReleasedCell], ids: set[Any], notes: list[str]
) -> None:
    """Insert each released cell that is missing behind the one it was released behind."""
    # Without ids nobody can tell a deleted cell of the lesson's from an edited one.
    with_ids = any(cell.plain and cell.name in ids for cell in released)
    code = flat("\n".join(p.cell.source for p in sheet if p.cell.cell_type == "code"))
    at = 0
    for original in released:
        here = next((i for i, p in enumerate(sheet) if p.original == original), None)
        if here is not None:
            at = here + 1
            continue
        moved = original.cell_type != "code" or flat(original.source) in code
        if original.plain and (moved or not with_ids):
            continue
        sheet.insert(at, _Placed(_replacement(original), original))
        notes.append(_loss(original))
        at += 1


def _replacement(cell: ReleasedCell) -> NotebookNode:
    # A deleted answer may live on in another cell: its stub must not run over it.
    lost_answer = cell.solution and cell.cell_type == "code"
    source = "# This answer cell is not in the submission." if lost_answer else cell.source
    fresh = _new(cell.cell_type, source)
    _identify(fresh, cell)
    return fresh


def _identify(cell: NotebookNode, original: ReleasedCell) -> None:
    cell.id = original.name
    cell.metadata.pop("nbgrader", None)
    if not original.plain:
        cell.metadata["nbgrader"] = original.metadata


def _loss(cell: ReleasedCell) -> str:
    if cell.solution and cell.cell_type == "code":
        return (
            f"The answer cell {cell.name} is not in the submission; "
            "code elsewhere in the notebook counts."
        )
    if cell.solution:
        return f"The answer cell {cell.name} is not in the submission."
    return f"The cell {cell.name} was not in the submission and is back."


def _new(cell_type: str, source: str) -> NotebookNode:
    """Make a cell; nbformat's own makers validate each, which the whole notebook is once."""
    made = NotebookNode(
        id=generate_corpus_id(), cell_type=cell_type, metadata=NotebookNode(), source=source
    )
    if cell_type == "code":
        made.update(execution_count=None, outputs=[])
    return made


def _unique_ids(nb: NotebookNode) -> None:
    """Keep the released ids; number the rest where two are alike, the same each time."""
    counts: dict[str, int] = {}
    ours = {cell.id for cell in nb.cells if "nbgrader" in cell.metadata}
    seen = set(ours)
    for position, cell in enumerate(nb.cells, 1):
        if "nbgrader" in cell.metadata:
            continue
        if not cell.get("id") or cell.id in seen:
            cell.id = f"cell-{position}"
            while cell.id in seen:
                counts[cell.id] = counts.get(cell.id, 0) + 1
                cell.id = f"{cell.id}-{counts[cell.id]}"
        seen.add(cell.id)
