"""Which addresses outside the book still answer, told from what Sphinx's linkcheck wrote."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from autograder.errors import ContentError

__all__ = ["Asked", "read_asked", "report"]

_STATES = ("answers", "moved", "gone", "refused", "no answer")
_TOLD = ("gone", "refused", "moved")  # one line each, with what the host said
_SILENT = "no answer"


@dataclass(frozen=True)
class Asked:
    """One address, where the book names it, what became of it, and in which words."""

    place: str
    address: str
    state: str
    said: str


def read_asked(path: Path) -> list[Asked]:
    """Read linkcheck's output.json, a JSON object a line; raise `ContentError` without one."""
    if not path.is_file():
        raise ContentError(f"{path} is missing: linkcheck did not come to its end.")
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        Asked(f"{row['filename']}:{row['lineno']}", row["uri"], _state(row), row["info"].strip())
        for row in sorted(rows, key=lambda row: (row["filename"], row["lineno"], row["uri"]))
        if row["uri"].startswith(("https://", "http://")) and row["status"] != "ignored"
    ]


def report(asked: Sequence[Asked]) -> Iterator[str]:
    """Say line by line what somebody should look at, and then how many there are of each kind."""
    for one in asked:
        if one.state in _TOLD:
            yield f"{one.state}: {one.address} ({one.place}): {one.said}"
    hosts: dict[str, list[Asked]] = {}
    for one in asked:
        if one.state == _SILENT:
            hosts.setdefault(urlsplit(one.address).netloc, []).append(one)
    for host, found in sorted(hosts.items()):
        yield f"{_SILENT}: {host}, named in {', '.join(one.place for one in found)}"
    counts = [f"{sum(one.state == state for one in asked)} {state}" for state in _STATES]
    yield f"{len(asked)} addresses outside the book: {', '.join(counts)}"
    if asked and all(one.state == _SILENT for one in asked):
        yield "Not one answered: is there a network here?"


def _state(row: dict[str, object]) -> str:
    # Linkcheck calls an address broken whether its host said so or said nothing: a code is a word.
    if row["status"] == "broken" and row["code"]:
        return "gone" if row["code"] in (404, 410) else "refused"
    return {"working": "answers", "redirected": "moved"}.get(str(row["status"]), _SILENT)
