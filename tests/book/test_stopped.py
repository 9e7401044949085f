"""What `rungs book` says of a build that did not come to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.cli import book, main

TEXTS = {
    "_config.yml": "title: Tiny\nsphinx:\n  local_extensions:\n    stops: ext\n",
    "ext/stops.py": (
        "def stop(app):\n    raise KeyError('no such lesson')\n\n"
        "def setup(app):\n    app.connect('builder-inited', stop)\n"
    ),
    "book/_toc.yml": "format: jb-book\nroot: book/index\n",
    "book/index.md": "# Tiny\n",
    "_build/html/index.html": "<p>from an earlier build</p>",
}


def test_a_build_that_stops_says_why_and_counts_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An extension that raises ends with its reason and status 1; old pages are not counted."""
    for name, text in TEXTS.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setattr(book, "fetch", lambda root: None)
    assert main(["book", "--root", str(tmp_path)]) == 1
    said = capsys.readouterr().out
    assert "no such lesson" in said
    assert said.rstrip().endswith(f"{tmp_path / '_build' / 'html'} is no site of this state.")
    assert "pages, " not in said
