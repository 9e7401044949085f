"""A learner at work in JupyterLab, on the first released lesson."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from autograder import content
from autograder.authoring.lesson_page import opened_in
from tests.browser.desktop import chromium, jupyterlab
from tests.instructor.desk import ROOT, corpus, right_answers

LESSON = "11_price_an_answer"
TASK = "price_call"
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Open the released notebook from a folder of the learner's own and wait for its kernel."""
    home = tmp_path_factory.mktemp("home")
    work = home / "work"
    shutil.copytree(ROOT / "notebooks" / "release" / LESSON, work / LESSON)
    record = {"RUNGS_HOME": str(home / "record")}
    with jupyterlab(work, home, **record) as address, chromium() as browser:
        opened = browser.new_page(viewport={"width": 1300, "height": 1000})
        opened.set_default_timeout(60_000)
        opened.goto(opened_in(f"{address}lab/tree", LESSON))  # the way the book's link goes
        opened.wait_for_selector("text=Python 3 (ipykernel) | Idle")
        opened.wait_for_function("window.jupyterapp !== undefined")
        command(opened, "notebook:run-all-cells")
        yield opened


def command(page: Page, name: str, **arguments: str) -> None:
    """Start a command of JupyterLab; what it does is waited for by what it shows."""
    page.evaluate("([n, a]) => { window.jupyterapp.commands.execute(n, a); }", [name, arguments])


def run(page: Page, cell: str, source: str | None = None) -> None:
    """Go to a cell, write over it if there is something to write, and run it."""
    page.evaluate(
        """async ([id, text]) => {
          const notebook = window.jupyterapp.shell.currentWidget.content;
          const index = notebook.widgets.findIndex(w => w.model.id === id);
          if (text !== null) notebook.widgets[index].model.sharedModel.setSource(text);
          notebook.activeCellIndex = index;
          await notebook.scrollToItem(index);
          await window.jupyterapp.commands.execute('notebook:run-cell');
        }""",
        [cell, source],
    )


def card(page: Page, task: str) -> Locator:
    """Find the card of a task's check."""
    return page.locator(f".jp-OutputArea-output [aria-label='Check of {task}']")


def picture(page: Page, name: str) -> None:
    """Keep a screenshot where `RUNGS_SCREENSHOTS` names a folder."""
    folder = os.environ.get("RUNGS_SCREENSHOTS")
    if folder:
        page.screenshot(path=Path(folder, f"{name}.png"))


def outputs(page: Page) -> dict[str, list[str]]:
    """Read the kinds of every code cell's outputs, by cell id, from the open notebook."""
    kinds: dict[str, list[str]] = page.evaluate(
        """() => Object.fromEntries(
          [...window.jupyterapp.shell.currentWidget.content.model.cells]
            .filter(cell => cell.type === 'code')
            .map(cell => [cell.id, cell.outputs.toJSON().map(output => output.output_type)]))"""
    )
    return kinds


def test_run_all_on_the_untouched_notebook_stops_nowhere(page: Page) -> None:
    """Every cell runs: no traceback, and each check, to the last one, shows one card."""
    last = f"check-{content.course().lesson(LESSON).tasks[-1].id}"
    page.wait_for_function(
        """id => [...window.jupyterapp.shell.currentWidget.content.model.cells]
          .find(cell => cell.id === id).outputs.length > 0""",
        arg=last,
    )
    found = outputs(page)
    assert not [name for name, kinds in found.items() if "error" in kinds]
    checks = [name for name in found if name.startswith("check-")]
    assert len(checks) == len(content.course().lesson(LESSON).tasks)
    assert all(found[name] == ["display_data"] for name in checks)


def test_a_wrong_answer_and_then_a_right_one(page: Page) -> None:
    """The card names the mistake of a known wrong method, then gives every point."""
    lesson = content.course().lesson(LESSON)
    wrong = next(e for e in corpus(lesson) if e.name == "wrong_per_thousand")
    assert wrong.task == TASK
    run(page, f"answer-{TASK}", wrong.code.source)
    run(page, f"check-{TASK}")
    shown = card(page, TASK)
    expect(shown).to_contain_text("0 of 5 points", timeout=30_000)
    expect(shown).to_contain_text(wrong.says)
    expect(shown).to_contain_text("Next:")
    for theme in ("Light", "Dark"):
        command(page, "apputils:change-theme", theme=f"JupyterLab {theme}")
        is_light = "true" if theme == "Light" else "false"
        page.wait_for_selector(f"body[data-jp-theme-light={is_light}]", state="attached")
        page.wait_for_selector("#jupyterlab-splash", state="detached")
        shown.scroll_into_view_if_needed()
        picture(page, f"wrong_{theme.lower()}")
    run(page, f"answer-{TASK}", right_answers(lesson)[TASK])
    run(page, f"check-{TASK}")
    expect(shown).to_contain_text("all 5 points on 5 practice cases", timeout=30_000)
    shown.scroll_into_view_if_needed()
    picture(page, "right_dark")
    command(page, "apputils:change-theme", theme="JupyterLab Light")
    page.wait_for_selector("body[data-jp-theme-light=true]", state="attached")
    picture(page, "right_light")
    assert outputs(page)[f"check-{TASK}"] == ["display_data"]
