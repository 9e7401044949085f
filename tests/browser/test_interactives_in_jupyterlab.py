"""Interactives as widgets of a real JupyterLab, in its light and its dark theme."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Page

from tests.browser import axe, desktop

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

NAMES = ("context", "chunks", "search")  # those that bring data of their own
THEMES = {"JupyterLab Light": "true", "JupyterLab Dark": "false"}


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """Open a notebook that shows the three and run it."""
    desk = tmp_path / "desk"
    desk.mkdir()
    cells = [
        nbformat.v4.new_code_cell(f"from autograder.interactives import {name}\n{name}()")
        for name in NAMES
    ]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, desk / "play.ipynb")
    with desktop.jupyterlab(desk, tmp_path) as address, desktop.chromium() as browser:
        opened = browser.new_page(viewport={"width": 1200, "height": 1000})
        opened.goto(f"{address}lab/tree/play.ipynb")
        opened.wait_for_selector("text=Python 3 (ipykernel) | Idle", timeout=90_000)
        opened.wait_for_function("window.jupyterapp !== undefined")
        opened.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        opened.locator(".rungs-play").nth(len(NAMES) - 1).wait_for(timeout=90_000)
        yield opened


def test_interactives_work_and_are_accessible_in_both_themes(page: Page) -> None:
    """Each is there, nothing in it violates a rule of axe, and a text typed into it is counted."""
    assert page.locator(".rungs-play").count() == len(NAMES)
    page.locator(".rungs-play textarea").first.fill("The attacker used stolen credentials.")
    page.get_by_text("6 tokens:").wait_for()
    for theme, is_light in THEMES.items():
        page.evaluate(
            "name => { window.jupyterapp.commands.execute('apputils:change-theme', "
            "{theme: name}); }",
            theme,
        )
        page.wait_for_selector(f"body[data-jp-theme-light={is_light}]", state="attached")
        assert axe.violations(page, ".rungs-play") == [], theme
