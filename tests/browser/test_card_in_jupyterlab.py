"""The card in a real JupyterLab, in its light and its dark theme."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Page

from autograder.testing import write_tiny_course
from tests.browser import desktop

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

CELLS = {
    "setup": "from autograder import check, reveal",
    "answer-double": "def double(n):\n    print('n is', n)\n    return 1000 * n",
    "check-double": "check('double')",
    "again": (
        "def double(n):\n    if isinstance(n, str):\n        raise TypeError\n    return 2 * n"
    ),
    "check-again": "check('double')",
    "check-none": "check('dubble')",
}
# The lowest contrast between a card's text and what lies behind it, by WCAG 2.
CONTRAST = """
() => {
  const parse = c => [...c.match(/[\\d.]+/g).map(Number), 1].slice(0, 4);
  const over = (a, b) => [0, 1, 2].map(i => a[i] * a[3] + b[i] * (1 - a[3])).concat(1);
  const behind = e => {
    const layers = [];
    for (; e; e = e.parentElement) layers.push(parse(getComputedStyle(e).backgroundColor));
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, w, i) => {
    const v = c[i] / 255;
    return sum + w * (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  }, 0);
  const ratios = [...document.querySelectorAll('[role=group][aria-label] *')]
    .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
    .map(e => {
      const back = behind(e), text = over(parse(getComputedStyle(e).color), back);
      const [a, b] = [light(text), light(back)].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    });
  return [ratios.length, Math.min(...ratios)];
}
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve one notebook on the tiny course and return its address."""
    home = tmp_path_factory.mktemp("lab")
    folder = home / "desk"
    folder.mkdir()
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "90_tiny.ipynb")
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith(("NBGRADER", "RUNGS"))},
        "RUNGS_ROOT": str(write_tiny_course(home / "course")),
        "RUNGS_HOME": str(home / "record"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
    }
    options = ["--no-browser", "--expose-app-in-browser", "--ip=127.0.0.1", "--allow-root"]
    options += ["--ServerApp.port=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={folder}"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=environment, stdout=log, stderr=log
        )
        try:
            yield f"{_address(home / 'runtime', server)}lab/tree/90_tiny.ipynb"
        finally:
            server.terminate()
            server.wait(30)


def _address(runtime: Path, server: subprocess.Popen[bytes]) -> str:
    for _ in range(600):
        for file in runtime.glob("jpserver-*.json"):
            text = file.read_text()
            if text.endswith("}"):
                return str(json.loads(text)["url"])
        assert server.poll() is None, "JupyterLab ended before it served"
        time.sleep(0.1)
    raise TimeoutError("JupyterLab did not start within a minute")


@pytest.fixture(scope="module")
def page(lab: str) -> Iterator[Page]:
    """Open the notebook in the system's Chromium and wait for its kernel."""
    with desktop.chromium() as browser:
        opened = browser.new_page(viewport={"width": 1200, "height": 1500})
        opened.goto(lab)
        opened.wait_for_selector("text=Python 3 (ipykernel) | Idle", timeout=60_000)
        opened.wait_for_function("window.jupyterapp !== undefined")
        yield opened


def _command(page: Page, name: str, arguments: dict[str, Any] | None = None) -> None:
    """Start a command of JupyterLab; what it does is waited for by what it shows."""
    page.evaluate(
        "([n, a]) => { window.jupyterapp.commands.execute(n, a); }", [name, arguments or {}]
    )


def test_cards_are_alone_and_readable_in_both_themes(page: Page) -> None:
    """Each check cell shows one card and nothing else, with a contrast of at least 4.5."""
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        _command(page, "apputils:change-theme", {"theme": theme})
        is_light = "true" if theme.endswith("Light") else "false"
        page.wait_for_selector(f"body[data-jp-theme-light={is_light}]", state="attached")
        _command(page, "notebook:run-all-cells")
        page.wait_for_selector("text=Did you mean 'double'?", timeout=60_000)
        outputs = page.locator(".jp-OutputArea-output")
        assert outputs.count() == 3
        assert page.locator(".jp-OutputArea-output [role=group]").count() == 3
        count, lowest = page.evaluate(CONTRAST)
        assert count > 15
        assert lowest >= 4.5
        _command(page, "notebook:clear-all-cell-outputs")
        page.wait_for_function("document.querySelectorAll('[role=group][aria-label]').length == 0")


def _write(page: Page, cell: str, source: str) -> None:
    """Type over one cell."""
    page.evaluate(
        """([id, text]) => {
          const cells = window.jupyterapp.shell.currentWidget.content.model.cells;
          [...cells].find(c => c.id === id).sharedModel.setSource(text);
        }""",
        [cell, source],
    )


def test_a_changed_cell_is_named(page: Page) -> None:
    """JupyterLab tells which cell ran, so a name that lost its cell is found without saving."""
    _write(page, "setup", "from autograder import check, reveal\nOFFSET = 0\nprint('offset set')")
    _write(page, "again", "def double(n):\n    return 2 * n + OFFSET")
    _command(page, "notebook:run-all-cells")
    page.wait_for_selector("text=offset set", timeout=60_000)
    page.wait_for_selector("text=Did you mean 'double'?", timeout=60_000)
    assert page.locator("text=exists only in this session").count() == 0
    _write(page, "setup", "from autograder import check, reveal\nprint('nothing set')")
    _command(page, "notebook:run-all-cells")
    page.wait_for_selector("text=nothing set", timeout=60_000)
    page.wait_for_selector("text=OFFSET exists only in this session", timeout=60_000)
