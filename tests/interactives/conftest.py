"""A bare page in Chromium that loads an interactive's module, as a widget would."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from autograder.interactives.data import DATA, text_of
from autograder.interactives.module import module, style
from tests.browser.desktop import chromium

# Both a page and JupyterLab take the module from an address; here it is the text itself.
_LOAD = """async ([text, style, data]) => {
  const sheet = document.createElement("style");
  sheet.textContent = style;
  document.head.append(sheet);
  const address = URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
  window.loaded = await import(address);
  window.data = data && JSON.parse(data);
  window.loads = 0;
  const load = async () => { window.loads += 1; return window.data; };
  await window.loaded.default.render({el: document.getElementById("here"), load});
}"""
_BARE = (
    "<!doctype html><html lang=en><title>One interactive</title>"
    "<main><h1>One interactive</h1><div id=here></div></main>"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start the system's Chromium once."""
    with chromium() as started:
        yield started


@pytest.fixture
def opened(browser: Any) -> Iterator[Callable[[str], Page]]:
    """Open an interactive by its name, in a page with nothing else and no network."""
    context = browser.new_context(offline=True, viewport={"width": 900, "height": 900})

    def open_one(name: str) -> Page:
        page: Page = context.new_page()
        page.set_content(_BARE)
        page.evaluate(_LOAD, [module(name), style(), text_of(name) if name in DATA else None])
        return page

    yield open_one
    context.close()
