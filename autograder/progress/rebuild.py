"""Rebuild a lost record from the cards that the learner's notebooks still show."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from autograder.errors import RungsError
from autograder.judging.attempts import Attempts
from autograder.judging.workbook import read_notebook

__all__ = ["rebuild"]


def rebuild(work: Path, record: Attempts) -> int:
    """Write one attempt for each card in the notebooks of a folder; return how many.

    The time is the file's, the answer's digest its text's. Earlier attempts,
    predictions and reveals are not in the notebooks and stay lost. Notebooks
    that cannot be read are passed over.
    """
    rows = [
        row
        for path in sorted(work.glob("*/*.ipynb"))
        if ".ipynb_checkpoints" not in path.parts
        for row in _attempts(path)
    ]
    rows.sort(key=lambda row: row["time"])
    record.restore("attempts", rows)
    return len(rows)


def _attempts(path: Path) -> Iterator[dict[str, Any]]:
    try:
        cells = read_notebook(path)["cells"]
    except RungsError:
        return
    answers = {}
    for cell in cells:
        ours = cell.get("metadata", {}).get("rungs", {})
        if ours.get("role") == "answer":
            answers[ours.get("task")] = "".join(cell.get("source", ""))
        for facts in _facts(cell):
            text = answers.get(facts["task"], "")
            yield {
                "time": path.stat().st_mtime,
                "lesson": facts["lesson"],
                "task": facts["task"],
                "variant": 0,
                "fraction": float(facts["fraction"]),
                "passed": int(facts["fraction"] == 1),
                "digest": hashlib.sha256(text.encode()).hexdigest()[:16],
                "reason": str(facts.get("reason", "")),
                "copied": 0,
            }


def _facts(cell: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for output in cell.get("outputs", []):
        facts = output.get("metadata", {}).get("rungs", {}) if isinstance(output, dict) else {}
        if isinstance(facts, dict) and {"lesson", "task", "fraction"} <= facts.keys():
            yield facts
