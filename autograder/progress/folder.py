"""Where a learner's notebooks lie."""

from __future__ import annotations

from pathlib import Path

from autograder.judging.attempts import home

__all__ = ["work_folder"]


def work_folder() -> Path:
    """Return the folder of the notebooks: the record's own folder, or `work` in it."""
    beside = home().parent
    return beside / "work" if (beside / "work").is_dir() else beside
