"""What was decided about a submission, kept beside the gradebook.

One JSON file per learner and lesson under `.rungs/results/`: marks, seeds,
steps and reasons. It holds secret seeds, so it is for the instructor alone.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

__all__ = ["read_result", "result_path", "write_result"]


def result_path(root: Path, lesson_id: str, learner: str) -> Path:
    """Return where a result lies; `root` is the course's folder."""
    return root / ".rungs" / "results" / lesson_id / f"{learner.replace('/', '_')}.json"


def write_result(root: Path, record: dict[str, Any]) -> Path:
    """Write a result whole or not at all (mode 0600) and return its path."""
    path = result_path(root, record["lesson"], record["learner"])
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = path.with_suffix(f".{os.getpid()}.part")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(record, file, indent=1, ensure_ascii=False)
    partial.replace(path)
    return path


def read_result(root: Path, lesson_id: str, learner: str) -> dict[str, Any] | None:
    """Read a result, or None where the submission has not been graded."""
    path = result_path(root, lesson_id, learner)
    if not path.is_file():
        return None
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record
