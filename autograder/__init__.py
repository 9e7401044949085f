"""Rungs: graded notebooks for the AI engineer's career ladder.

A lesson imports `check`, `load`, `predict` and `reveal` from here; each is
resolved on first use, so that `import autograder` itself loads nothing heavy.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["check", "load", "predict", "reveal"]

__version__ = "2026.11.0"

_HOMES = {
    "check": "autograder.judging.practice",
    "load": "autograder.cases",
    "predict": "autograder.judging.prediction",
    "reveal": "autograder.judging.practice",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'autograder' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
