"""The datasheet of the corpus scenario: its tables are made from the code, its examples run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from autograder.authoring.scenario_pages import generated

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book" / "scenarios" / "corpus.md").read_text(encoding="utf-8")


def test_the_committed_page_is_what_the_code_makes() -> None:
    """Parameters, defaults, families and counted shares are the scenario's own."""
    path = PurePosixPath("book/scenarios/corpus.md")
    assert (ROOT / path).read_bytes() == generated(ROOT)[path]


@pytest.mark.parametrize("program", re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
def test_the_pages_python_runs(program: str) -> None:
    """Each block is a whole program that ends well and prints something."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.strip()
