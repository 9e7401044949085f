"""Markdown that reads the same in both lines of Jupyter Book."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = ["escape", "table"]


def escape(text: object) -> str:
    """Escape what would open a formula or HTML, or end a table's cell."""
    return re.sub(r"([$|<*])", r"\\\1", str(text))


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Render a table with header cells; cells are Markdown already."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)
