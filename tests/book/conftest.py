"""The site, built once from clean for all tests of the book, and its pages taken apart.

Pages are read by the standard library's parser, which mends nothing that a page has wrong.
"""

from __future__ import annotations

import contextlib
import html
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from autograder import content
from autograder.cli import main
from tests.book.serving import serve
from tests.browser import desktop

ROOT = Path(__file__).resolve().parent.parent.parent
BASE = "https://rungs.example/course/"  # the site under test knows where it will be published

VOID = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
        "path",
        "rect",
        "circle",
    ]
)
# What a browser fetches by itself, by tag and attribute; a link is fetched only when followed.
FETCHED = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
    "link": "href",
}
NOT_FETCHED = frozenset({"canonical", "next", "prev", "search", "index", "author", "copyright"})


@dataclass
class Element:
    """A tag with its attributes and the classes of what it stands in."""

    tag: str
    attrs: dict[str, str]
    within: tuple[str, ...]


@dataclass
class Page:
    """One HTML file of the site."""

    path: Path
    text: str = field(repr=False)

    @cached_property
    def elements(self) -> list[Element]:
        """List every start tag in order."""
        reader = _Reader()
        reader.feed(self.text)
        return reader.found

    @cached_property
    def ids(self) -> set[str]:
        """Return what a fragment may name."""
        return {e.attrs["id"] for e in self.elements if e.attrs.get("id")} | {
            e.attrs["name"] for e in self.elements if e.tag == "a" and e.attrs.get("name")
        }

    @cached_property
    def title(self) -> str:
        """Return the text of the title element."""
        found = re.search(r"<title>(.*?)</title>", self.text, re.DOTALL)
        return html.unescape(found[1]).strip() if found else ""

    @cached_property
    def words(self) -> str:
        """Return all text, also what only a machine reads, with single spaces."""
        return plain(self.text)

    def of(self, tag: str) -> list[Element]:
        """List the elements of one tag."""
        return [e for e in self.elements if e.tag == tag]

    def fetched(self) -> list[str]:
        """List the addresses a browser fetches on opening the page."""
        return [
            e.attrs[FETCHED[e.tag]]
            for e in self.elements
            if e.tag in FETCHED
            and e.attrs.get(FETCHED[e.tag])
            and e.attrs.get("rel") not in NOT_FETCHED
        ]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Element] = []
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        within = tuple(name for _, classes in self._open for name in classes.split())
        self.found.append(Element(tag, known, within))
        if tag not in VOID:
            self._open.append((tag, known.get("class", "")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return


def plain(text: str) -> str:
    """Drop tags and collapse white space, so that coloured code reads as it was written."""
    return squeeze(html.unescape(re.sub(r"<[^>]*>", "", text)))


def squeeze(text: str) -> str:
    """Collapse white space."""
    return " ".join(text.split())


@dataclass(frozen=True)
class Site:
    """A finished build: its folder, how it ended, what it said, and its pages."""

    build: Path
    status: int
    said: str

    @property
    def html(self) -> Path:
        """Return the folder that would be published."""
        return self.build / "html"

    def pages(self) -> list[Page]:
        """Read every page; the root's forwarding page is one of them."""
        return [Page(p, p.read_text(encoding="utf-8")) for p in sorted(self.html.rglob("*.html"))]

    def lessons(self) -> list[Page]:
        """Read the page of each lesson."""
        made = [
            self.html / "notebooks" / "release" / lesson.id / f"{lesson.id}.html"
            for lesson in content.course().ready
        ]
        return [Page(path, path.read_text(encoding="utf-8")) for path in made]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """Build the whole book into an empty folder; reference runs are kept by content."""
    out = tmp_path_factory.mktemp("book")
    said = io.StringIO()
    with contextlib.redirect_stdout(said), pytest.MonkeyPatch.context() as patch:
        patch.setenv("RUNGS_BASE_URL", BASE)
        status = main(["book", "--out", str(out)])
    return Site(out / "_build", status, said.getvalue())


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    """Serve the site on loopback."""
    with serve(site.html) as served:
        yield served


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Start the system's Chromium once a module; two at a time are not possible in one process."""
    with desktop.chromium() as browser:
        yield browser
