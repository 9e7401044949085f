"""The practice provider's page in Chromium: live, by keyboard, on a phone, without JavaScript."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from autograder.provider.engine import Provider
from autograder.provider.server import Server, serve
from tests.browser.desktop import chromium

pytestmark = [pytest.mark.browser, pytest.mark.budget("provider")]
ATTACK = "<img src=x onerror=document.title='taken'><script>document.title='taken'</script>"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def server() -> Iterator[Server]:
    with serve(Provider(seed=1)) as running:
        yield running


def ask(server: Server, model: str, words: str) -> None:
    httpx2.post(
        f"{server.base_url}/chat/completions",
        json={"model": model, "messages": [{"role": "user", "content": words}]},
        headers={"authorization": "Bearer practice"},
        trust_env=False,
    )


class Visit:
    """Open the page and write down what goes wrong and what is asked of whom."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.wrong: list[str] = []
        self.asked: list[str] = []
        page.on("console", lambda said: self.wrong.append(said.text))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))
        page.goto(server.address)


def rows(page: Page, table: str) -> list[str]:
    return page.locator(f"#{table} tbody tr").all_inner_texts()


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where `RUNGS_SCREENSHOTS` names a folder."""
    folder = os.environ.get("RUNGS_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder, f"{name}.png"), full_page=True)


def test_calls_appear_while_you_look(browser: Browser, server: Server) -> None:
    """A call made later shows up by itself, as text, whatever it says; the host is the only one."""
    ask(server, "practice-small", "Which port does HTTPS use?")
    with browser.new_context() as context:
        visit = Visit(context.new_page(), server)
        page = visit.page
        expect(page.locator("#calls tbody tr")).to_have_count(1)
        ask(server, ATTACK, ATTACK)
        ask(server, "practice-large", "And SSH?")
        expect(page.locator("#calls tbody tr")).to_have_count(3, timeout=20_000)
        shown = rows(page, "calls")
        assert "practice-large" in shown[0]
        assert "<img src=x onerror=" in shown[1]
        assert page.locator("#calls img, #calls script").count() == 0
        expect(page.locator("#calls .bad")).to_have_text("404")
        expect(page.locator("#spend meter")).to_have_count(2)
        expect(page.locator("#total-calls")).to_have_text("3")
        expect(page.get_by_role("status")).to_contain_text("3 calls")
        assert page.title() == "Practice provider"
        assert visit.wrong == []
        assert all(url.startswith((server.address, "data:")) for url in visit.asked)


def test_rows_of_the_script_are_rows_of_the_server(browser: Browser, server: Server) -> None:
    """What the script builds is what a fresh load shows."""
    with browser.new_context() as context:
        page = Visit(context.new_page(), server).page
        for words in ("one", "two"):
            ask(server, "practice-small", words)
        expect(page.locator("#calls tbody tr")).to_have_count(2, timeout=20_000)
        live = [page.locator(f"#{table} tbody").inner_html() for table in ("calls", "spend")]
        page.reload()
        fresh = [page.locator(f"#{table} tbody").inner_html() for table in ("calls", "spend")]
        assert [html.replace(' class="fresh"', "") for html in live] == fresh


def test_everything_works_by_keyboard(browser: Browser, server: Server) -> None:
    """Tab reaches the button, the tables and the parameters; Enter pauses, unfolds, goes on."""
    ask(server, "practice-small", "hello")
    with browser.new_context(viewport={"width": 700, "height": 800}) as context:
        page = Visit(context.new_page(), server).page
        button = page.get_by_role("button", name="Pause updates")
        reached = []
        for _ in range(8):
            page.keyboard.press("Tab")
            reached.append(page.evaluate("document.activeElement.tagName"))
            if reached[-1] == "BUTTON":
                assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != (
                    "none"
                )
                page.keyboard.press("Enter")
                expect(page.get_by_role("button", name="Update live")).to_be_focused()
                expect(page.get_by_role("status")).to_have_text("Paused.")
            if reached[-1] == "SUMMARY":
                page.keyboard.press("Enter")
                break
        assert reached == ["PRE", "BUTTON", "DIV", "DIV", "DIV", "SUMMARY"]
        expect(page.get_by_text("skill.answer")).to_be_visible()
        expect(button).to_have_count(0)


def test_it_waits_for_those_who_want_little_motion(browser: Browser, server: Server) -> None:
    """With reduced motion nothing updates before it is asked to."""
    with browser.new_context(reduced_motion="reduce") as context:
        visit = Visit(context.new_page(), server)
        expect(visit.page.get_by_role("status")).to_have_text("Not updating.")
        ask(server, "practice-small", "hello")
        visit.page.get_by_role("button", name="Update live").click()
        expect(visit.page.locator("#total-calls")).to_have_text("1", timeout=20_000)


def test_it_reads_without_javascript(browser: Browser, server: Server) -> None:
    """Calls, spend, models and a link that refreshes; no button that would do nothing."""
    ask(server, "practice-small", "hello")
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(server.address)
        assert len(rows(page, "calls")) == 1
        ask(server, "practice-small", "again")
        page.get_by_role("link", name="Refresh").click()
        assert len(rows(page, "calls")) == 2
        assert not page.locator("#live").is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1100])
def test_it_fits_and_can_be_read(browser: Browser, server: Server, width: int, scheme: str) -> None:
    """Nothing runs out of the window, and text stands out from its background."""
    for model in ("practice-small", "practice-large", "a" * 300):
        ask(server, model, "A long question " * 40)
    kind = "dark" if scheme == "dark" else "light"
    size = {"width": width, "height": 800}
    with browser.new_context(viewport=size, color_scheme=kind) as context:
        visit = Visit(context.new_page(), server)
        page = visit.page
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        luminance = page.evaluate(_LUMINANCE)
        assert luminance == sorted(luminance, reverse=scheme == "dark")
        for selector in ("body", ".quiet", "td.asked", "a, button", ".bad", "thead th"):
            contrast = page.locator(selector).first.evaluate(_CONTRAST)
            assert contrast >= 4.5, f"{selector}: {contrast:.1f}"
        picture(page, f"provider_{width}_{scheme}")
        assert visit.wrong == []


# Relative luminance as WCAG 2.2 defines it, of a colour that the browser has computed.
_FUNCTIONS = """
  const channel = v => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
  const light = colour => {
    const [r, g, b] = colour.match(/[0-9.]+/g).map(Number).map(channel);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = node => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (!colour.endsWith(', 0)')) return colour;
    }
    return 'rgb(255, 255, 255)';
  };
"""
_LUMINANCE = f"""() => {{ {_FUNCTIONS}
  const style = getComputedStyle(document.body);
  return [light(style.color), light(style.backgroundColor)];
}}"""
_CONTRAST = f"""node => {{ {_FUNCTIONS}
  const [a, b] = [light(getComputedStyle(node).color), light(behind(node))].sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}}"""
