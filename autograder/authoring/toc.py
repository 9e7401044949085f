"""The book's table of contents, read once for all who need its order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

__all__ = ["Listed", "read_toc"]


class Listed(NamedTuple):
    """One page: the part it stands in, "" before the first, its depth below it, and its name."""

    part: str
    depth: int
    name: str


def read_toc(toc: Path) -> list[Listed]:
    """List the pages of a `_toc.yml` in its order, with or without parts."""
    known = yaml.safe_load(toc.read_text(encoding="utf-8"))
    parts = known.get("parts") or [{"caption": "", "chapters": known.get("chapters", [])}]
    below = (page for part in parts for page in _below(part["chapters"], part["caption"], 0))
    return [Listed("", 0, known["root"]), *below]


def _below(entries: list[dict[str, Any]], part: str, depth: int) -> Iterator[Listed]:
    for entry in entries:
        yield Listed(part, depth, entry["file"])
        yield from _below(entry.get("sections", []), part, depth + 1)
