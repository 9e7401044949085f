"""What an interactive computes from, for those that need more than their controls."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from autograder.interactives import budget, cutting, retrieval

__all__ = ["DATA", "text_of"]

DATA: dict[str, Callable[[], dict[str, Any]]] = {
    "chunks": cutting.published,
    "context": budget.vocabulary,
    "search": retrieval.published,
}


def text_of(name: str) -> str:
    """Return the data as one line of JSON; a widget carries it, a page fetches it."""
    return json.dumps(DATA[name](), separators=(",", ":"))
