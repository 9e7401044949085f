"""Read a lesson's released cells from nbgrader's gradebook."""

from __future__ import annotations

from nbgrader.api import Gradebook

from autograder.grading.restore import ReleasedCell

__all__ = ["released_cells"]


def released_cells(gradebook: Gradebook, notebook: str, assignment: str) -> list[ReleasedCell]:
    """List the cells in released order; raise nbgrader's `MissingEntry` where there are none."""
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
