"""Addresses that were published, and where those lead that no longer are.

`book/urls.txt` lists every page that was ever part of the book; `rungs build` adds new ones and
takes none away. `book/redirects.txt` has a line `old new` for each that moved or went.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from autograder.authoring.toc import read_toc
from autograder.errors import ContentError

__all__ = ["contents", "generated", "recorded", "redirects", "unreachable"]

_TOC, _URLS, _MOVED = "book/_toc.yml", "book/urls.txt", "book/redirects.txt"


def contents(root: Path) -> list[str]:
    """List the addresses of the table of contents, in its order."""
    toc = root / _TOC
    if not toc.is_file():
        return []
    return [f"{page.name}.html" for page in read_toc(toc)]


def recorded(root: Path) -> list[str]:
    """List the addresses that were ever published."""
    return list(_lines(root / _URLS))


def redirects(root: Path) -> dict[str, str]:
    """Map each address that moved to its new one, which must be a page."""
    pages, moved = set(contents(root)), {}
    for line in _lines(root / _MOVED):
        old, _, new = line.partition(" ")
        if new.strip() not in pages or old in pages:
            raise ContentError(
                f"{_MOVED}: {line!r} must lead from an address that is no page to one that is."
            )
        moved[old] = new.strip()
    return moved


def unreachable(root: Path) -> list[str]:
    """List the published addresses that are neither a page nor lead to one."""
    there = {*contents(root), *redirects(root)}
    return [address for address in recorded(root) if address not in there]


def generated(root: Path) -> dict[PurePosixPath, bytes]:
    """Render `book/urls.txt`: what it has, and every page that is new."""
    pages = {*contents(root), *recorded(root)}
    text = "".join(f"{address}\n" for address in sorted(pages))
    return {PurePosixPath(_URLS): text.encode()} if pages else {}


def _lines(path: Path) -> Iterator[str]:
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                yield " ".join(line.split())
