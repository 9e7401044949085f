"""The scenarios' datasheets: their tables are made from the code, and their examples run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from autograder.authoring.datasheet import Datasheet
from autograder.authoring.scenario_pages import generated
from autograder.errors import ContentError

ROOT = Path(__file__).resolve().parents[2]
SHEET = Datasheet("invented", "invented_page")
PAGES = sorted((ROOT / "book" / "scenarios").glob("*.md"))
PROGRAMS = [
    pytest.param(program, id=f"{page.stem}-{i}")
    for page in PAGES
    for i, program in enumerate(
        re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    )
]


def test_the_committed_pages_are_what_the_code_makes() -> None:
    """Parameters, defaults, families, rules and counted figures are the scenarios' own."""
    made = {ROOT / path: content for path, content in generated(ROOT).items()}
    assert {page: page.read_bytes() for page in PAGES} == made


@pytest.mark.parametrize("program", PROGRAMS)
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


def _stage(seed: int, families: tuple[str, ...] = ("a", "b"), size: int = 3) -> None: ...


def test_a_datasheet_describes_every_parameter() -> None:
    """In the order and with the defaults of the signature."""
    meanings = {"size": "how many", "seed": "any", "families": "which"}
    assert SHEET.parameters(_stage, meanings, every=("families",)) == [
        ("`seed`", "", "any"),
        ("`families`", "`all`", "which"),
        ("`size`", "`3`", "how many"),
    ]


@pytest.mark.parametrize("described", [("seed", "size"), ("seed", "size", "families", "old")])
def test_what_a_datasheet_leaves_out_or_adds_is_an_error(described: tuple[str, ...]) -> None:
    """It names the page's maker."""
    with pytest.raises(ContentError, match="autograder/authoring/invented_page.py"):
        SHEET.parameters(_stage, dict.fromkeys(described, "something"))
