"""The extension's own addresses, on a book of two pages: redirects, the base, what is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CONF = """\
extensions = ["rungs_addresses"]
project = "Tiny"
root_doc = "book/index"
html_title = "Tiny"
exclude_patterns = ["out"]
"""


def build(root: Path, base: str = "", urls: str = "", moved: str = "") -> tuple[int, str]:
    """Build a book whose page `book/new` was once `old/place`; return status and words."""
    (root / "book").mkdir()
    texts = {
        "conf.py": CONF,
        "book/index.rst": "First\n=====\n\n.. toctree::\n\n   new\n",
        "book/new.rst": "New\n===\n\nHere.\n",
        "book/_toc.yml": "root: book/index\nchapters:\n- file: book/new\n",
        "book/urls.txt": urls,
        "book/redirects.txt": moved,
    }
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name != "RUNGS_BASE_URL"}
    surroundings = {**kept, "PYTHONPATH": str(ROOT / "book" / "_ext")}
    if base:
        surroundings["RUNGS_BASE_URL"] = base
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(root), str(root / "out")],
        capture_output=True,
        text=True,
        env=surroundings,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_without_a_base_nothing_absolute_is_written(tmp_path: Path) -> None:
    """No sitemap and no canonical; the root page leads on by a relative address."""
    status, said = build(tmp_path)
    assert (status, said) == (0, "")
    assert not (tmp_path / "out" / "sitemap.xml").exists()
    assert "canonical" not in (tmp_path / "out/book/new.html").read_text(encoding="utf-8")
    assert 'url=book/index.html"' in (tmp_path / "out/index.html").read_text(encoding="utf-8")


def test_with_a_base_a_moved_page_leads_on(tmp_path: Path) -> None:
    """The old address is a page that forwards, relative for the reader, absolute for machines."""
    moved = "old/place.html book/new.html\n"
    status, said = build(tmp_path, "https://rungs.example/b", "old/place.html\n", moved)
    assert (status, said) == (0, "")
    page = (tmp_path / "out/old/place.html").read_text(encoding="utf-8")
    assert 'content="0; url=../book/new.html"' in page
    assert '<link rel="canonical" href="https://rungs.example/b/book/new.html">' in page
    text = (tmp_path / "out/sitemap.xml").read_text(encoding="utf-8")
    listed = re.findall(r"<loc>([^<]+)</loc>", text)
    expected = [f"https://rungs.example/b/book/{name}.html" for name in ("index", "new")]
    assert expected == listed


@pytest.mark.parametrize(
    ("moved", "told"),
    [("", "book/redirects.txt"), ("old/place.html book/nowhere.html\n", "must lead from")],
)
def test_a_lost_address_stops_the_build(tmp_path: Path, moved: str, told: str) -> None:
    """A published page without a redirect, or with one to nowhere, is an error with its name."""
    status, said = build(tmp_path, urls="old/place.html\n", moved=moved)
    assert status != 0
    assert "old/place.html" in said
    assert told in said
