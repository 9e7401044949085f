"""The still figure of each interactive, for a page without JavaScript."""

from __future__ import annotations

from collections.abc import Callable

from autograder.interactives import (
    budget,
    correction,
    cutting,
    release,
    retrieval,
    sampling,
    spend,
    vectors,
    waiting,
)

__all__ = ["FIGURES"]

FIGURES: dict[str, Callable[[], str]] = {
    "bill": spend.draw,
    "chunks": cutting.draw,
    "context": budget.draw,
    "cosine": vectors.draw,
    "gate": release.draw,
    "judge": correction.draw,
    "queue": waiting.draw,
    "search": retrieval.draw,
    "temperature": sampling.draw,
}
