"""Published addresses stay reachable: what is recorded is a page or leads to one."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest

from autograder.authoring.addresses import contents, generated, recorded, redirects, unreachable
from autograder.errors import ContentError

ROOT = Path(__file__).resolve().parents[2]
TOC = """\
format: jb-book
root: book/index
parts:
  - caption: Guides
    chapters:
      - file: book/new
        sections:
          - file: book/deep/page
"""


def book(root: Path, urls: str = "", moved: str = "") -> Path:
    """Write a book of three pages."""
    (root / "book").mkdir()
    for name, text in (("_toc.yml", TOC), ("urls.txt", urls), ("redirects.txt", moved)):
        (root / "book" / name).write_text(text, encoding="utf-8")
    return root


def test_the_contents_are_read_in_order(tmp_path: Path) -> None:
    """Root, chapters and sections become addresses."""
    expected = ["book/index.html", "book/new.html", "book/deep/page.html"]
    assert expected == contents(book(tmp_path))


def test_recording_adds_pages_and_takes_none_away(tmp_path: Path) -> None:
    """A page that went stays in the list; a new one joins it."""
    made = generated(book(tmp_path, urls="book/gone.html\nbook/index.html\n"))
    assert made == {
        PurePosixPath("book/urls.txt"): (
            b"book/deep/page.html\nbook/gone.html\nbook/index.html\nbook/new.html\n"
        )
    }


def test_a_folder_without_a_book_records_nothing(tmp_path: Path) -> None:
    """Where there is no table of contents there is no list to write."""
    assert generated(tmp_path) == {}


def test_a_page_that_went_needs_a_redirect(tmp_path: Path) -> None:
    """It is unreachable until a line leads from it to a page."""
    assert unreachable(book(tmp_path, urls="book/gone.html\n")) == ["book/gone.html"]
    moved = tmp_path / "book" / "redirects.txt"
    moved.write_text("# moved\nbook/gone.html  book/new.html\n", encoding="utf-8")
    assert redirects(tmp_path) == {"book/gone.html": "book/new.html"}
    assert unreachable(tmp_path) == []


@pytest.mark.parametrize(
    "line", ["book/gone.html book/nowhere.html", "book/new.html book/new.html"]
)
def test_a_redirect_leads_from_no_page_to_a_page(tmp_path: Path, line: str) -> None:
    """A target that is no page, or a page that would be overwritten, is told with its line."""
    with pytest.raises(ContentError, match="must lead from"):
        redirects(book(tmp_path, moved=line))


def test_every_published_address_of_this_book_leads_somewhere() -> None:
    """None of the recorded addresses is lost."""
    assert len(recorded(ROOT)) > 50
    assert unreachable(ROOT) == []
