"""What Chromium asks for and complains about when it opens the site."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.book.changed import changed_files, pages_of
from tests.browser import axe

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

ROOT = Path(__file__).resolve().parents[2]
SEEN = ("book/index.html", "book/architecture.html", "book/play/gate.html", "search.html?q=judge")

FORMULAS = "notebooks/release/19_build_a_reference_set/19_build_a_reference_set.html"

# One of each kind: prose, a table that is filtered, a picture with links, a rung, a route, long
# tables, what moves, what is found, a lesson with wide formulas and tables.
KINDS = (
    "book/index.html",
    "book/ladder/coverage.html",
    "book/ladder/map.html",
    "book/ladder/senior.html",
    "book/paths/senior_to_staff.html",
    "book/provider/models.html",
    "book/play/bill.html",
    "search.html?q=judge",
    FORMULAS,
)

# What the keyboard must reach, and what it stops at, both without what is a control by itself.
SCROLLED = """() => {
  const boxes = [...document.querySelectorAll("main *")].filter((e) => e.checkVisibility()
    && !e.matches("a, button, input, select, textarea, summary, figure > div"));
  const wide = boxes.filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth
    && ["auto", "scroll"].includes(getComputedStyle(e).overflowX));
  const stops = boxes.filter((e) => e.tabIndex === 0 && e.getAttribute("aria-label")
    && e.getAttribute("role") === "group");
  const told = (e) => `${e.tagName}.${e.className} ${e.textContent.trim().slice(0, 40)}`;
  return [wide.filter((e) => !stops.includes(e)).map(told),
    stops.filter((e) => !wide.includes(e)).map(told), wide.length];
}"""

# How many tables the text has, which are wider than their place, which words take two lines.
TABLES = """() => {
  document.querySelectorAll("details").forEach((box) => { box.open = true; });
  const boxes = [...document.querySelectorAll("article .pst-scrollable-table-container")];
  const wide = boxes.filter((box) => box.scrollWidth > box.clientWidth + 1);
  const broken = [];
  for (const name of document.querySelectorAll("article td code .pre")) {
    const texts = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
    while (texts.nextNode())
      for (const word of texts.currentNode.data.matchAll(/[A-Za-z0-9]+/g)) {
        const range = document.createRange();
        range.setStart(texts.currentNode, word.index);
        range.setEnd(texts.currentNode, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].map((place) => Math.round(place.top)));
        if (lines.size > 1) broken.push(name.textContent);
      }
  }
  return [boxes.length, wide.map((box) => box.textContent.trim().slice(0, 60)), broken];
}"""


def _places(site: Any) -> list[str]:
    lessons = [page.path.relative_to(site.html).as_posix() for page in site.lessons()]
    return [*SEEN, *lessons]


def _listen(page: Page, address: str, told: list[str]) -> None:
    """Note every request to another place, every uncaught exception, every logged error."""

    def asked(url: str) -> None:
        if not url.startswith((address, "data:")):
            told.append(url)

    page.on("request", lambda request: asked(request.url))
    page.on("pageerror", lambda error: told.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: told.append(f"{page.url}: {said.text}") if said.type == "error" else None,
    )


def test_nothing_is_fetched_from_elsewhere_and_no_script_fails(
    site: Any, address: str, chromium: Any
) -> None:
    """Opening pages in both colour modes asks only this site and logs no error."""
    told: list[str] = []
    for mode in ("light", "dark"):
        context = chromium.new_context(color_scheme=mode)
        page: Page = context.new_page()
        _listen(page, address, told)
        for place in _places(site):
            page.goto(f"{address}/{place}", wait_until="load")
            assert page.evaluate("document.documentElement.dataset.theme") == mode
        context.close()
    assert told == []


def test_no_page_is_wider_than_a_phone(site: Any, address: str, chromium: Any) -> None:
    """At 360 pixels wide code and tables scroll inside the page, never the page itself."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    wide = []
    moving = (f"book/play/{path.name}" for path in site.html.glob("book/play/*.html"))
    for place in {*_places(site), *moving}:
        page.goto(f"{address}/{place}", wait_until="load")
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 360:
            wide.append(f"{place}: {width}")
    context.close()
    assert wide == []


def test_tables_of_the_text_fit_a_phone(site: Any, address: str, chromium: Any) -> None:
    """At 360 pixels none is wider than its place, and no word of a name in it is broken."""
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    wide, broken, count = [], [], 0
    for path in sorted(site.html.glob("book/**/*.html")):
        place = path.relative_to(site.html).as_posix()
        if 'class="table' in path.read_text(encoding="utf-8"):
            page.goto(f"{address}/{place}", wait_until="load")
            tables, over, words = page.evaluate(TABLES)
            count += tables
            wide += [f"{place}: {one}" for one in over]
            broken += [f"{place}: {one}" for one in words]
    context.close()
    assert wide == []
    assert broken == []
    assert count > 100


@pytest.mark.parametrize("width", [360, 1280])
def test_what_scrolls_is_reached_and_named(address: str, chromium: Any, width: int) -> None:
    """A formula, table, output or code that is too wide is a stop with a name; others are not."""
    context = chromium.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    page.goto(f"{address}/{FORMULAS}", wait_until="load")
    page.locator("div.math[tabindex='0']").last.wait_for()
    missed, needless, count = page.evaluate(SCROLLED)
    context.close()
    assert missed == []
    assert needless == []
    assert count > 0


@pytest.mark.slow
@pytest.mark.parametrize(("mode", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
def test_axe_finds_nothing(site: Any, address: str, chromium: Any, mode: Any, width: int) -> None:
    """No violation of any weight on a page of each kind, on a lesson's, and on changed pages."""
    # A button that still fades from one mode's colour to the other's has neither's contrast.
    context = chromium.new_context(
        color_scheme=mode, reduced_motion="reduce", viewport={"width": width, "height": 740}
    )
    page, found = context.new_page(), []
    changed = pages_of(changed_files(ROOT), site.html)
    for place in dict.fromkeys((*KINDS, _places(site)[len(SEEN)], *changed)):
        page.goto(f"{address}/{place}", wait_until="load")
        found += [f"{place} {one}" for one in axe.violations(page)]
    context.close()
    assert found == []


def test_pages_read_without_scripts(site: Any, address: str, chromium: Any) -> None:
    """With scripts off a lesson's prose, code, tables and plots are there, folded ones too."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    for place in _places(site)[len(SEEN) :]:
        page.goto(f"{address}/{place}", wait_until="load")
        assert page.locator("article h1").is_visible()
        for fold in page.locator("details.rungs-predicted > summary").all():
            fold.click()
        assert page.locator("article .cell_output table").first.is_visible()
        assert page.locator("article .cell_output img").first.is_visible()
    context.close()


def test_an_interactive_takes_the_place_of_its_figure(
    site: Any, address: str, chromium: Any
) -> None:
    """With scripts off the still figure is there, with scripts on the one that moves."""
    for scripts, still in ((False, 1), (True, 0)):
        context = chromium.new_context(java_script_enabled=scripts)
        page = context.new_page()
        for path in sorted(site.html.glob("book/play/*.html")):
            if 'id="play-' in path.read_text(encoding="utf-8"):
                page.goto(f"{address}/book/play/{path.name}", wait_until="load")
                page.locator(".rungs-play input" if scripts else "article svg").first.wait_for()
                assert page.locator("article figure svg").count() == still
                inked = "getComputedStyle(document.querySelector('article svg text')).fill"
                assert page.evaluate(inked) != "rgb(0, 0, 0)"  # a colour of the theme, not none
                assert page.locator(".rungs-play input").count() * still == 0
        context.close()


@pytest.mark.parametrize("width", [360, 1280])
def test_the_matrix_is_filtered_by_keyboard(address: str, chromium: Any, width: int) -> None:
    """Words and the two lists narrow the table of competencies, and the count is said."""
    context = chromium.new_context(viewport={"width": width, "height": 740})
    page = context.new_page()
    page.goto(f"{address}/book/ladder/coverage.html", wait_until="load")
    assert page.locator("form output").inner_text() == "242 of 242 competencies"
    page.get_by_label("Words").press_sequentially("bm25")
    assert page.locator("article table").last.locator("tbody tr:visible").count() == 1
    page.get_by_label("Words").fill("")
    page.get_by_label("What decides").select_option("taught only")
    shown = page.locator("article table").last.locator("tbody tr:visible").all_inner_texts()
    context.close()
    assert shown
    assert all("taught only" in row for row in shown)
