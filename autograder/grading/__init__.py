"""Grade submissions: replay a notebook in a sandbox and judge its tasks outside it.

The names below are resolved on first use, so that a worker process or a
command loads only what it needs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograder.grading.limits import Limits
    from autograder.grading.replay import Replay
    from autograder.grading.submission import GradedSubmission, grade_notebook

__all__ = ["GradedSubmission", "Limits", "Replay", "grade_notebook"]

_HOMES = {
    "GradedSubmission": "autograder.grading.submission",
    "Limits": "autograder.grading.limits",
    "Replay": "autograder.grading.replay",
    "grade_notebook": "autograder.grading.submission",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
