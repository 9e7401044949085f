"""What a page weighs on the wire, and that what was taken away is not missed."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.timeout(400)

PAGE, INTERACTIVE = 450 * 1024, 1434 * 1024  # 1.4 MiB


@cache
def wire(path: Path) -> int:
    """Return the bytes of a file as a host sends it."""
    body = path.read_bytes()
    packed = path.suffix in (".png", ".woff", ".woff2", ".jpg", ".whl", ".wasm", ".zip")
    return len(body) if packed else len(gzip.compress(body, 6))


def weight(site: Any, page: Any) -> int:
    """Add up a page, what it fetches, and what its style sheets fetch, fonts included."""
    files = {page.path}
    for address in page.fetched():
        files.add((page.path.parent / address.split("?")[0]).resolve())
    for sheet in [file for file in files if file.suffix == ".css"]:
        for name in re.findall(
            r"url\((?![\"']?(?:data:|#))[\"']?([^)\"'?]+)", sheet.read_text("utf-8")
        ):
            files.add((sheet.parent / name).resolve())
    return sum(wire(file) for file in files)


@pytest.fixture(scope="module")
def pages(site: Any) -> list[Any]:
    """Read every page once, the root's forwarding pages aside."""
    return [page for page in site.pages() if "_static/site.css" in page.text]


def test_every_page_has_the_site_s_style(site: Any, pages: list[Any]) -> None:
    """Only what forwards a reader stands without it."""
    bare = [p for p in site.pages() if 'http-equiv="refresh"' in p.text]
    assert len(pages) + len(bare) == len(site.pages())


def test_no_page_is_heavy(site: Any, pages: list[Any]) -> None:
    """A page with all it loads on opening is under 450 KiB, an interactive one under 1.4 MiB."""
    heavy = {}
    for page in pages:
        limit = INTERACTIVE if 'type="module"' in page.text else PAGE
        if (found := weight(site, page)) > limit:
            heavy[page.path.name] = found // 1024
    assert heavy == {}


def test_a_page_waits_for_one_style_sheet_and_no_script(pages: list[Any]) -> None:
    """One sheet of the site, at most one of the page's own; every script in a file comes late."""
    for page in pages:
        if page.path.name == "search.html":
            continue  # its scripts wait for one another
        sheets = [e for e in page.of("link") if e.attrs.get("rel") == "stylesheet"]
        assert "_static/site.css?v=" in sheets[0].attrs["href"]
        assert len(sheets) <= 2, page.path
        for script in page.of("script"):
            late = "defer" in script.attrs or script.attrs.get("type") == "module"
            assert late or "src" not in script.attrs, f"{page.path.name}: {script.attrs}"


def test_the_search_index_comes_only_where_one_searches(pages: list[Any]) -> None:
    """65 KiB of index belong to the search page."""
    users = [p.path.name for p in pages if any("searchindex" in a for a in p.fetched())]
    assert users == ["search.html"]


def test_every_class_that_a_style_was_kept_for_is_used(site: Any) -> None:
    """The purge has a sheet to show for it, still with what scripts and readers switch on."""
    sheet = (site.html / "_static" / "site.css").read_text(encoding="utf-8")
    assert 60_000 < len(sheet) < 250_000
    for needed in (
        "headerlink",
        ".rungs-try",
        '[data-theme="dark"]',
        "@media print",
        ".modal-backdrop",
        ":focus-visible",
        ".highlighted",
    ):
        assert needed in sheet or needed.replace('"', "") in sheet, needed


def test_every_icon_of_a_page_is_in_the_font(site: Any) -> None:
    """The font of the icons holds a glyph for each icon that the sheet names."""
    from fontTools.ttLib import TTFont

    static = site.html / "_static"
    sheet = (static / "site.css").read_text(encoding="utf-8")
    drawn: set[int] = set()
    for name in re.findall(r"url\((fa-[^)]*\.woff)\)", sheet):
        with TTFont(static / name) as font:
            drawn |= set(font.getBestCmap())
    named = {ord(icon) for icon in re.findall(r"[\ue000-\uf8ff]", sheet)}
    assert len(named) > 5
    assert named - drawn == set()
