"""What is said of the addresses outside the book, from the lines that linkcheck writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.authoring.outside import read_asked, report
from autograder.errors import ContentError

UNKNOWN = "Max retries exceeded (Caused by NameResolutionError(...))"
ROWS = (
    ("b.md", 2, "broken", 404, "https://one.example/gone", "404 Client Error: Not Found"),
    ("d.md", 1, "broken", 403, "https://one.example/shy", "403 Client Error: Forbidden"),
    ("a.md", 9, "broken", 0, "https://two.example/x", UNKNOWN),
    ("a.md", 3, "timeout", 0, "https://two.example/y", "Read timed out."),
    ("a.md", 1, "working", 0, "https://one.example/", ""),
    ("c.md", 1, "redirected", 301, "http://one.example/old", "https://one.example/new"),
    ("c.md", 2, "unchecked", 0, "#a-heading", ""),
    ("c.md", 3, "unchecked", 0, "mailto:somebody@one.example", ""),
)


def written(folder: Path, rows: tuple[tuple[str, int, str, int, str, str], ...]) -> Path:
    """Write rows as linkcheck does."""
    names = ("filename", "lineno", "status", "code", "uri", "info")
    path = folder / "output.json"
    lines = [json.dumps(dict(zip(names, row, strict=True))) for row in rows]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def test_an_answer_is_told_from_silence(tmp_path: Path) -> None:
    """What a host said stands by address, silent hosts once each; our own places are left out."""
    assert list(report(read_asked(written(tmp_path, ROWS)))) == [
        "gone: https://one.example/gone (b.md:2): 404 Client Error: Not Found",
        "moved: http://one.example/old (c.md:1): https://one.example/new",
        "refused: https://one.example/shy (d.md:1): 403 Client Error: Forbidden",
        "no answer: two.example, named in a.md:3, a.md:9",
        "6 addresses outside the book: 1 answers, 1 moved, 1 gone, 1 refused, 2 no answer",
    ]


def test_without_a_network_it_says_so(tmp_path: Path) -> None:
    """Where nothing answers, the network is doubted and not the addresses."""
    *_, last = report(read_asked(written(tmp_path, ROWS[2:4])))
    assert last == "Not one answered: is there a network here?"


def test_a_check_that_never_ended_is_no_report(tmp_path: Path) -> None:
    """A missing output is an error that names the file."""
    with pytest.raises(ContentError, match=r"output\.json is missing"):
        read_asked(tmp_path / "output.json")
