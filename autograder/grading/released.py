"""Read a lesson's released cells: what nbgrader's gradebook holds, and the lesson's own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from nbgrader.api import Gradebook

from autograder import content
from autograder.errors import RungsError
from autograder.grading.restore import ReleasedCell
from autograder.judging.workbook import read_notebook, released_notebook

__all__ = ["released_cells"]


def released_cells(gradebook: Gradebook, notebook: str, assignment: str) -> list[ReleasedCell]:
    """List the cells in released order; raise nbgrader's `MissingEntry` where there are none.

    Cells that nbgrader does not know come from the release notebook, where that
    is at hand and agrees with the gradebook; otherwise they are left out.
    """
    known = _in_gradebook(gradebook, notebook, assignment)
    try:
        cells = read_notebook(released_notebook(content.course().lesson(assignment)))["cells"]
    except RungsError:
        return known
    whole = list(_merged(cells, {cell.name: cell for cell in known}))
    names = [cell.name for cell in whole if not cell.plain]
    return whole if names == [cell.name for cell in known] else known


def _in_gradebook(gradebook: Gradebook, notebook: str, assignment: str) -> list[ReleasedCell]:
    found = gradebook.find_notebook(notebook, assignment)
    points = {cell.name: cell.max_score for cell in found.grade_cells}
    solutions = {cell.name for cell in found.solution_cells}
    return [
        ReleasedCell(
            name=cell.name,
            cell_type=cell.cell_type,
            source=cell.source,
            checksum=cell.checksum,
            locked=bool(cell.locked),
            solution=cell.name in solutions,
            points=points.get(cell.name),
        )
        for cell in found.source_cells
    ]


def _merged(cells: list[dict[str, Any]], known: dict[str, ReleasedCell]) -> Iterator[ReleasedCell]:
    for cell in cells:
        claims = cell.get("metadata", {}).get("nbgrader")
        if claims is None:
            source = "".join(cell["source"])
            yield ReleasedCell(
                cell["id"], cell["cell_type"], source, "", False, False, None, plain=True
            )
        elif claims["grade_id"] in known:
            yield known[claims["grade_id"]]
