"""Interactives of the book: the same module runs in a page of the site and in JupyterLab.

Each function returns a widget. Everything is computed in the browser, so a
widget works without a kernel, too.
"""

from __future__ import annotations

from typing import Any

from autograder.interactives.module import widget

__all__ = ["bill", "chunks", "context", "cosine", "gate", "judge", "queue", "search", "temperature"]


def bill() -> Any:
    """Move a cache and a router; see the bill and the quality."""
    return widget("bill")


def chunks() -> Any:
    """Move chunk size and overlap; see which answers stay whole, and which a search hands over."""
    return widget("chunks")


def context() -> Any:
    """Fill a context budget; see what no longer fits, what it costs, and your text's tokens."""
    return widget("context")


def cosine() -> Any:
    """Move two documents in the plane; see which one four measures call nearer to a query."""
    return widget("cosine")


def gate() -> Any:
    """Move a release gate's threshold and items; see its two errors, precision and recall."""
    return widget("gate")


def judge() -> Any:
    """Move a judge's error rates; see the raw and the corrected pass rate."""
    return widget("judge")


def queue() -> Any:
    """Move a load and its workers; see how long requests wait, on average and at the p95."""
    return widget("queue")


def search() -> Any:
    """Ask a question; see which passages BM25, word vectors and both together put first."""
    return widget("search")


def temperature() -> Any:
    """Move temperature, top-k and top-p; see what becomes of twelve tokens, and draw twenty."""
    return widget("temperature")
