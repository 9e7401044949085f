"""Pages on paper, and the whole book as one PDF."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.book_pdf import Chapter, chapters, page_numbers, whole_book
from autograder.errors import ContentError

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

ROOT = Path(__file__).resolve().parents[2]
TOC = ROOT / "book" / "_toc.yml"
PAPER = {"width": 665, "height": 980}  # the text of an A4 page, in CSS pixels
KINDS = (
    "book/index.html",
    "book/provider/models.html",
    "book/play/bill.html",
    "notebooks/release/11_price_an_answer/11_price_an_answer.html",
)
FURNITURE = (
    ".bd-sidebar-primary, .bd-sidebar-secondary, .bd-header-article, .prev-next-area,"
    " .headerlink, .copybtn, button, .rungs-filters"
)
_CUT = """() => {
  const edge = document.documentElement.clientWidth + 1;
  const scrolls = e => e.scrollWidth > e.clientWidth + 2 && e.clientWidth > 2
    && !["visible", ""].includes(getComputedStyle(e).overflowX);
  return [...document.querySelectorAll("article :is(p, pre, table, img, svg, div, figure)")]
    .filter(e => e.getBoundingClientRect().right > edge || scrolls(e))
    .map(e => `${e.tagName}.${e.className}`);
}"""


def test_a_printed_page_is_its_article_in_light_colours(address: str, chromium: Any) -> None:
    """In dark mode too: no navigation, no button, nothing folded, nothing cut at the margin."""
    context = chromium.new_context(color_scheme="dark", viewport=PAPER)
    page = context.new_page()
    for place in KINDS:
        page.goto(f"{address}/{place}", wait_until="load")
        page.emulate_media(media="print", color_scheme="dark")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.locator("article h1").is_visible(), place
        assert page.locator(FURNITURE).locator("visible=true").count() == 0, place
        assert page.evaluate(_CUT) == [], place
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert colour == "rgb(255, 255, 255)", place
        assert page.evaluate("document.documentElement.dataset.theme") == "light", place
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.evaluate("document.documentElement.dataset.theme") == "dark"
        page.emulate_media(media="screen", color_scheme="dark")
    context.close()


def test_hints_are_readable_on_paper(address: str, chromium: Any) -> None:
    """What folds on the screen is open on paper, which nobody can unfold."""
    context = chromium.new_context(viewport=PAPER)
    page = context.new_page()
    page.goto(f"{address}/{KINDS[-1]}", wait_until="load")
    folded = page.locator("article details", has_text="Hint 1").first
    shut = folded.bounding_box()
    page.emulate_media(media="print")
    opened = folded.bounding_box()
    context.close()
    assert shut is not None
    assert opened is not None
    assert opened["height"] > shut["height"] + 10


def test_a_page_prints_to_pages_with_numbers(address: str, chromium: Any, tmp_path: Path) -> None:
    """Chromium makes a PDF of A4 pages from a lesson."""
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"{address}/{KINDS[-1]}", wait_until="load")
    made: bytes = page.pdf(path=tmp_path / "lesson.pdf", prefer_css_page_size=True)
    context.close()
    pages = len(re.findall(rb"/Type /Page\b", made))
    assert 5 <= pages <= 40
    assert set(re.findall(rb"/MediaBox \[0 0 (\d+)[.\d]* (\d+)", made)) == {(b"594", b"841")}


def test_the_whole_book_has_every_page_of_the_contents_once(site: Any) -> None:
    """In order, with one place for each name, no script, and every inner link leading somewhere."""
    book = chapters(TOC, site.html)
    text = whole_book(book, {})
    assert book[0].docname == "book/index"
    assert len({chapter.docname for chapter in book}) == len(book) > 40
    assert "<script" not in text
    ids = re.findall(r'\bid="([^"]+)"', text)
    assert len(set(ids)) == len(ids)
    inner = set(re.findall(r'\bhref="#([^"]+)"', text))
    assert inner - set(ids) == set()
    pictures = re.findall(r'<img[^>]* src="([^"]+)"', text)
    assert [name for name in pictures if not (site.html / name).exists()] == []


def test_a_small_book_says_on_which_page_each_chapter_is(chromium: Any) -> None:
    """A chapter begins on a new page; the PDF is read for its number."""
    book = [
        Chapter(
            "",
            0,
            f"part/{name}",
            f'<article class="bd-article"><h1>{name}<a class='
            f'"headerlink" href="#x">#</a></h1><p id="x">{"words " * count}</p></article>',
        )
        for name, count in (("one", 10), ("two", 2500), ("three", 10))
    ]
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(whole_book(book, {}))
    made: bytes = page.pdf(format="A4")
    context.close()
    numbers = page_numbers(made)
    assert list(numbers) == ["chapter-0", "chapter-1", "chapter-2"]
    first, second, third = numbers.values()
    assert first == 3  # after the cover and the contents
    assert second == first + 1
    assert third >= second + 2


def test_a_book_that_is_not_built_is_not_printed(tmp_path: Path) -> None:
    """The error names the page and what to run."""
    with pytest.raises(ContentError, match=r"book/index.*is not built: run `rungs book` first"):
        chapters(TOC, tmp_path)
