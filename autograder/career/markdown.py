"""Markdown that reads the same in both lines of Jupyter Book."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from autograder.career.records import Statement, Years

__all__ = [
    "bullets",
    "cite",
    "count",
    "duration",
    "escape",
    "lower_first",
    "span",
    "statements",
    "table",
]


def escape(text: object) -> str:
    """Escape what would open a formula or HTML, or end a table's cell."""
    return re.sub(r"([$|<*])", r"\\\1", str(text))


def table(headers: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Render a table with header cells; cells are Markdown already."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def cite(refs: str) -> str:
    """Space out a reference, so that a narrow column can break it."""
    return refs.replace(" ", "; ").replace(",", ", ")


def statements(said: Iterable[Statement | Years]) -> list[tuple[str, str]]:
    """Make table rows of statements and their sources."""
    return [(escape(s.text), cite(s.ref)) for s in said]


def bullets(said: Iterable[Statement]) -> str:
    """List statements, each with its source behind it."""
    return "\n".join(f"- {escape(s.text)} ({cite(s.ref)})" for s in said)


def lower_first(text: str) -> str:
    """Begin a phrase in lower case, to stand inside a sentence."""
    return text[:1].lower() + text[1:]


def span(low: int, high: int) -> str:
    """Write a range, or one number where both ends agree."""
    return str(low) if low == high else f"{low} to {high}"


def count(number: int, noun: str) -> str:
    """Write a number with its noun, which takes a plain plural."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def duration(minutes: int) -> str:
    """Write minutes, and above two hours about how many hours they are, to the half below ten."""
    if minutes <= 120:
        return f"{minutes} minutes"
    hours = round(minutes / 60) if minutes >= 600 else round(minutes / 30) / 2
    return f"{minutes:,} minutes, about {hours:g} hours"
