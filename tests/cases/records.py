"""Records of parcels' cases, right by construction or by reading, and notebooks that hold them."""

from __future__ import annotations

from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.content import course
from autograder.judging.case import Case, stage_case
from tests.cases.conftest import LESSON, SMALL

LOSSES = "def losses(came, left): return [a - b for a, b in zip(came, left)]"


def case_of(seed: int) -> Case:
    return stage_case(course().lesson(LESSON), "parcels", seed)


def truth_of(seed: int) -> dict[str, Any]:
    """Write the right record of a case."""
    case = case_of(seed)
    return consistent(case.public, case.truth["depot"], case.truth["onset"])


def consistent(public: dict[str, Any], depot: str, onset: int) -> dict[str, Any]:
    """Write a record that agrees with itself and with the case, right or wrong."""
    day = public["hours"][depot]
    lost = sum(day["in"][onset:]) - sum(day["out"][onset:])
    notes = [note["id"] for note in public["notes"] if note["depot"] == depot]
    return {"depot": depot, "onset": onset, "lost": lost, "evidence": notes}


def solved(parcels):  # its text goes into a notebook
    """Solve a case from what its learner reads."""
    days = parcels["hours"]
    gone = {d: [a - b for a, b in zip(days[d]["in"], days[d]["out"], strict=True)] for d in days}
    depot = max(gone, key=lambda name: sum(gone[name]))
    onset = next(hour for hour, lost in enumerate(gone[depot]) if lost > 1)
    notes = [note["id"] for note in parcels["notes"] if note["depot"] == depot]
    return {"depot": depot, "onset": onset, "lost": sum(gone[depot][onset:]), "evidence": notes}


def handed_in(record: str) -> NotebookNode:
    """Fill the released notebook: `losses` right, the record as given."""
    notebook = nbformat.reads(SMALL.notebooks[1].decode(), as_version=4)
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name == "answer-losses":
            cell.source = LOSSES
        elif name == "answer-loss_record":
            cell.source = record
    return notebook


def literal(record: dict[str, Any]) -> str:
    return f"def loss_record(parcels):\n    return {record!r}"
