"""The site from a zip, under a sub-path, on a narrow phone, by keyboard, without JavaScript."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

LESSON = "notebooks/release/11_price_an_answer/11_price_an_answer.html"
# One of each kind: the landing page, a guide, a rung, terms, a table, an interactive, a lesson.
KINDS = (
    "book/index.html",
    "book/instructors/setup.html",
    "book/ladder/senior.html",
    "book/glossary.html",
    "book/provider/models.html",
    "book/play/gate.html",
    LESSON,
)
_UNNAMED = """() => [
    ...document.querySelectorAll("a[href], button, input, select, textarea, summary")]
  .filter(e => e.type !== "hidden" && !e.closest("[hidden], dialog:not([open])"))
  .filter(e => !(e.getAttribute("aria-label") || e.getAttribute("aria-labelledby") || e.title
    || e.textContent.trim() || e.labels?.length || e.querySelector("img[alt]:not([alt=''])")))
  .map(e => e.outerHTML.slice(0, 160))"""
# A toggle of the navigation has no box of its own; the arrow in it has.
_FOCUSED = """() => {
  const e = document.activeElement, parts = [e, ...e.children];
  const big = one => Math.min(one.offsetWidth, one.offsetHeight) > 0;
  const lined = one => getComputedStyle(one).outlineStyle !== "none";
  return {
    what: e.outerHTML.slice(0, 120),
    at: [...document.querySelectorAll("*")].indexOf(e),
    seen: parts.some(big) && getComputedStyle(e).visibility === "visible",
    marked: parts.some(one => big(one) && lined(one)),
  };
}"""


def _open_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def unzipped(site: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Zip the site, unpack it two folders down, and serve all with Python's own server."""
    home = tmp_path_factory.mktemp("anywhere")
    packed = home / "site.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted(site.html.rglob("*")):
            archive.write(path, path.relative_to(site.html))
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(home / "courses" / "rungs")
    port = _open_port()
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", str(port), "--bind", "127.0.0.1"],
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert server.stdout is not None
    assert server.stdout.readline().startswith("Serving HTTP")  # it listens before it says so
    try:
        yield f"http://127.0.0.1:{port}/courses/rungs"
    finally:
        server.terminate()
        server.wait(10)
        server.stdout.close()


def test_it_works_from_a_zip_under_a_sub_path(unzipped: str, chromium: Any) -> None:
    """Nothing is missing, nothing is asked above the folder, and what moves does move."""
    wrong: list[str] = []
    context = chromium.new_context()
    page: Page = context.new_page()

    def answered(response: Any) -> None:
        if response.status >= 400 or not response.url.startswith((unzipped, "data:", "blob:")):
            wrong.append(f"{response.status} {response.url}")

    page.on("response", answered)
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.goto(f"{unzipped}/", wait_until="load")
    page.wait_for_url(f"{unzipped}/book/index.html")
    for place in ("book/play/gate.html", LESSON):
        page.goto(f"{unzipped}/{place}", wait_until="load")
        if "play" in place:
            page.locator(".rungs-play input").first.wait_for()
    page.goto(f"{unzipped}/search.html?q=jitter", wait_until="load")
    page.locator("ul.search li a").first.click()
    page.wait_for_url("**/book/glossary.html*#term-Jitter")
    context.close()
    assert wrong == []


def test_every_kind_of_page_reads_without_scripts(address: str, chromium: Any) -> None:
    """Title, prose, links of the navigation; and no button that would do nothing."""
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    for place in KINDS:
        page.goto(f"{address}/{place}", wait_until="load")
        assert page.locator("article h1").is_visible(), place
        assert page.locator("article p").first.is_visible(), place
        assert page.locator("nav.bd-links a").first.is_visible(), place
        for kind in ("button", "input:not([type=hidden]):not([type=checkbox])", "select"):
            dead = page.locator(kind).locator("visible=true")
            assert dead.count() == 0, f"{place}: {dead.first.evaluate('e => e.outerHTML')}"
    page.goto(f"{address}/{KINDS[3]}", wait_until="load")
    assert page.locator("dt", has_text="Goodhart").is_visible()
    page.goto(f"{address}/{LESSON}", wait_until="load")
    hint = page.locator("article details", has_text="Hint 1").first
    hint.locator("summary").click()
    assert hint.get_attribute("open") is not None
    context.close()


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_colours_are_settled_before_anything_is_drawn(
    address: str, chromium: Any, mode: Any
) -> None:
    """The first paint has the reader's colours: nothing is drawn twice, nothing flashes."""
    context = chromium.new_context(color_scheme=mode)
    page = context.new_page()
    page.route("**/*.js*", lambda route: route.abort())  # only what stands in the page itself
    page.goto(f"{address}/book/index.html", wait_until="load")
    assert page.evaluate("document.documentElement.dataset.theme") == mode
    context.close()


def test_no_kind_of_page_is_wider_than_320_pixels(address: str, chromium: Any) -> None:
    """WCAG's reflow: at 320 CSS pixels, or 400 % zoom, nothing needs scrolling sideways."""
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    wide = []
    for place in KINDS:
        page.goto(f"{address}/{place}", wait_until="load")
        width = page.evaluate("document.documentElement.scrollWidth")
        wide += [f"{place}: {width}"] if width > 320 else []
    context.close()
    assert wide == []


def test_every_control_has_a_name(address: str, chromium: Any) -> None:
    """Links, buttons, fields and toggles say what they are, also those that scripts make."""
    context = chromium.new_context()
    page = context.new_page()
    unnamed = []
    for place in (*KINDS, "book/ladder/coverage.html", "search.html?q=judge"):
        page.goto(f"{address}/{place}", wait_until="load")
        unnamed += [f"{place}: {one}" for one in page.evaluate(_UNNAMED)]
    context.close()
    assert unnamed == []


@pytest.mark.parametrize("width", [1280, 360])
def test_the_keyboard_goes_through_a_page_in_order(address: str, chromium: Any, width: int) -> None:
    """First the way past the navigation, then the document's order; what has focus is seen."""
    context = chromium.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.goto(f"{address}/{LESSON}", wait_until="load")
    stops = []
    for _ in range(14):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(_FOCUSED))
    context.close()
    assert "skip-link" in stops[0]["what"] or 'href="#main-content"' in stops[0]["what"]
    assert [stop["what"] for stop in stops if not stop["seen"]] == []
    assert [stop["what"] for stop in stops if not stop["marked"]] == []
    order = [stop["at"] for stop in stops]
    assert order == sorted(order)


def test_no_page_reorders_the_keyboard(site: Any) -> None:
    """A positive tabindex would take focus out of the reading order."""
    ordered = re.compile(r'tabindex="[1-9]')
    pages = sorted(Path(site.html).rglob("*.html"))
    assert [p.name for p in pages if ordered.search(p.read_text(encoding="utf-8"))] == []
