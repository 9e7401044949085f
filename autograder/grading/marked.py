"""What grading gives back for one submission, ready to be stored by whoever keeps the gradebook."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

from autograder.grading import stock
from autograder.grading.audit import Change
from autograder.grading.order import Order
from autograder.grading.restore import restore
from autograder.grading.sanitized import clean_outputs
from autograder.grading.submission import GradedSubmission, grade_notebook
from autograder.judging import card

__all__ = ["Marked", "differ", "mark_notebook", "mark_order"]

_CHECK = "check-"


@dataclass(frozen=True)
class Marked:
    """Hold one graded submission.

    `marks` has the automatic mark of each graded cell, None where a person
    decides; `comments` nbgrader's automatic comment on each solution cell;
    `answers` a hash of the text of each answer that a person marks; `record`
    what `grading.results` keeps; `notebook` the executed notebook as JSON.
    """

    lesson_id: str
    learner: str
    marks: dict[str, float | None]
    comments: dict[str, str | None]
    answers: dict[str, str]
    record: dict[str, Any]
    notebook: str = field(repr=False)

    def pack(self) -> bytes:
        """Write it as one line of JSON and the notebook behind it."""
        header = {k: v for k, v in vars(self).items() if k != "notebook"}
        return json.dumps(header).encode() + b"\n" + self.notebook.encode()

    def changes_from(self, held: dict[str, float | None]) -> list[Change]:
        """List how these marks differ from those that a gradebook holds."""
        moved = [name for name, mark in self.marks.items() if differ(held.get(name), mark)]
        return [Change(m, held.get(m), self.marks[m], self.reason(m)) for m in moved]

    def reason(self, cell: str) -> str:
        """Give the judge's reason for a graded cell's mark, "" where there is none."""
        found: str = self.record["tasks"].get(cell.removeprefix(_CHECK), {}).get("reason", "")
        return found

    @classmethod
    def unpack(cls, packed: bytes) -> Marked:
        """Read what `pack` wrote."""
        line, _, notebook = packed.partition(b"\n")
        return cls(**json.loads(line), notebook=notebook.decode())


def differ(before: float | None, after: float | None) -> bool:
    """Tell whether two marks are not the same; None is no mark, and not 0."""
    if before is None or after is None:
        return before is not after
    return abs(before - after) > 1e-9


def mark_order(order: Order) -> Marked:
    """Grade an order: restore the notebook, replay it, judge it."""
    nb = nbformat.reads(order.notebook.decode(), as_version=4)
    notes = [*order.notes, *restore(nb, order.released)]
    if order.kernelspec:
        nb.metadata["kernelspec"] = order.kernelspec
    nb.metadata["rungs"] = {"notes": notes, "submission": order.submission}
    return mark_notebook(nb, order)


def mark_notebook(nb: NotebookNode, order: Order) -> Marked:
    """Grade a restored notebook, in place; its cards become the check cells' only outputs."""
    seeds = order.seeds.__getitem__
    graded = grade_notebook(nb, order.lesson_id, seeds, order.limits, order.handed)
    clean_outputs(nb)
    _write_cards(nb, graded)
    for cell in nb.cells:
        stock.limit_lines(cell)
    known = [cell for cell in nb.cells if "nbgrader" in cell.metadata]
    cells = {cell.metadata["nbgrader"]["grade_id"]: cell for cell in known}
    marks = {name: _mark(cell, graded) for name, cell in cells.items() if stock.is_grade(cell)}
    by_hand = sorted(name for name in marks if stock.is_solution(cells[name]))
    return Marked(
        order.lesson_id,
        order.learner,
        marks,
        {name: _comment(cell) for name, cell in cells.items() if stock.is_solution(cell)},
        {name: _digest(cells[name].source) for name in by_hand},
        _record(graded, order, list(nb.metadata.get("rungs", {}).get("notes", []))),
        nbformat.writes(nb, version=4) + "\n",
    )


def _record(graded: GradedSubmission, order: Order, notes: list[str]) -> dict[str, Any]:
    return {
        "learner": order.learner,
        "lesson": order.lesson_id,
        "key": order.key,
        "submission": order.submission,
        "judge": order.judge,
        "seconds": graded.seconds,
        "mark": graded.mark,
        "notes": [*notes, *graded.notes],
        "unsafe": order.limits.unsafe,
        "partial": _partial(graded, order.limits.unsafe),
        "tasks": {
            task: {
                "mark": verdict.mark,
                "points": verdict.points,
                "fraction": verdict.fraction,
                "reason": verdict.reason,
                "card": card.text(verdict, seat="official"),
                "seeds": list(verdict.seeds),
                "steps": [asdict(step) for step in verdict.steps()],
            }
            for task, verdict in graded.verdicts.items()
        },
    }


def _partial(graded: GradedSubmission, unsafe: bool) -> list[str]:
    """Say what of a submission could not be run or judged."""
    unjudged = [f"{v.task_id}: {v.note}" for v in graded.verdicts.values() if not v.scores]
    # Without a sandbox the first note says that, which is no part of the submission.
    return [*graded.notes[unsafe:], *unjudged]


def _write_cards(nb: NotebookNode, graded: GradedSubmission) -> None:
    for cell in nb.cells:
        verdict = graded.verdicts.get(_task(cell))
        if verdict is not None:
            data = {
                "text/html": card.html(verdict, seat="official"),
                "text/plain": card.text(verdict, seat="official"),
            }
            cell.outputs = [new_output("display_data", data=data)]


def _mark(cell: NotebookNode, graded: GradedSubmission) -> float | None:
    verdict = graded.verdicts.get(_task(cell))
    if verdict is not None:
        return None if verdict.broken else verdict.mark
    return 0.0 if stock.is_solution(cell) and _untouched(cell) else None


def _comment(cell: NotebookNode) -> str | None:
    return "No response." if _untouched(cell) else None


def _untouched(cell: NotebookNode) -> bool:
    """Tell whether the cell is as it was released."""
    return bool(cell.metadata["nbgrader"].get("checksum") == stock.checksum(cell))


def _task(cell: NotebookNode) -> str:
    name: str = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name.removeprefix(_CHECK) if name.startswith(_CHECK) else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
