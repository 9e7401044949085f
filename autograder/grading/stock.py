"""What nbgrader says of a cell, in a process that must not spend half a second to import it.

Each function gives what nbgrader's own of that purpose gives; the tests compare them.
"""

from __future__ import annotations

import hashlib

from nbformat import NotebookNode

__all__ = ["checksum", "is_grade", "is_solution", "limit_lines"]

_LINES = 1000  # nbgrader's own `LimitOutput.max_lines`
_CUT = "... Output truncated ..."


def is_grade(cell: NotebookNode) -> bool:
    """Tell whether a cell carries a mark."""
    return bool(cell.metadata.get("nbgrader", {}).get("grade", False))


def is_solution(cell: NotebookNode) -> bool:
    """Tell whether a learner answers in this cell."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution", False))


def checksum(cell: NotebookNode) -> str:
    """Return the hash by which nbgrader knows a cell that nobody has changed."""
    about = cell.metadata["nbgrader"]
    grade, solution = is_grade(cell), is_solution(cell)
    locked = not solution and (grade or bool(about.get("locked", False)))
    parts = [cell.source, cell.cell_type, *map(str, (grade, solution, locked)), about["grade_id"]]
    if grade:
        parts.append(str(float(about["points"])))
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


def limit_lines(cell: NotebookNode) -> None:
    """Cut a code cell's printed outputs, in place, to a thousand lines together."""
    left, kept = _LINES, []
    for output in cell.get("outputs", []):
        if output.output_type == "stream":
            if not left:
                continue
            lines = output.text.split("\n")
            if len(lines) > left:
                lines = [*lines[: left - 1], _CUT]
            left -= len(lines)
            output.text = "\n".join(lines)
        kept.append(output)
    if cell.cell_type == "code":
        cell.outputs = kept
