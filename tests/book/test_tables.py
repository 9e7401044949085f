"""How the tables of outputs are set: by what pandas writes, and on the built pages."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

pytestmark = pytest.mark.timeout(400)  # the last test may build the whole site

ROOT = Path(__file__).resolve().parents[2]
CELL = re.compile(r"<(t[hd])((?: [^>]*)?)>(.*?)</t[hd]>", re.DOTALL)


@pytest.fixture
def set_tables(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Load the extension as Sphinx does."""
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    found: Callable[[str], str] = importlib.import_module("rungs_tables").with_set_tables
    return found


def classes(html: str) -> dict[str, str]:
    """Map the words of each cell to its class; the words are unique in these tests."""
    kinds = {}
    for _, attributes, words in CELL.findall(html):
        found = re.search(r'class="([^"]*)"', attributes)
        kinds[words] = found[1] if found else ""
    return kinds


def test_a_column_of_numbers_is_told_from_one_of_words(set_tables: Callable[[str], str]) -> None:
    """Its head goes with its numbers; a gap changes nothing, one word does; long words are marked.

    A ratio such as 183/300 and a date are words.
    """
    long = "a sentence of more than twenty-eight letters"
    frame = pd.DataFrame(
        {
            "count": [1, 2, 30],
            "share": [-0.25, float("nan"), 1e-9],
            "mixed": [7, "eight", 9],
            "of": ["183/300", "184/300", "185/300"],
            "day": ["2026-05-12", "2026-05-13", "2026-05-14"],
            "said": ["short", long, "shorter"],
        },
        index=["first", "second", "third"],
    )
    kinds = classes(set_tables(frame.to_html()))
    numbers = ("count", "1", "2", "30", "share", "NaN")
    assert {kinds[words] for words in numbers} == {"num"}
    words = ("mixed", "7", "eight", "of", "183/300", "day", "2026-05-12", "first", "said")
    assert {kinds[word] for word in words} == {""}
    assert kinds[long] == kinds["short"] == "long"


def test_cells_over_several_rows_move_no_column(set_tables: Callable[[str], str]) -> None:
    """With two levels of names each number still belongs to its own column."""
    names = pd.MultiIndex.from_tuples([("a", "x"), ("a", "y"), ("b", "z")])
    columns = pd.MultiIndex.from_tuples([("both", "n"), ("both", "word")])
    rows = [[10, "one"], [20, "two"], [30, "three"]]
    kinds = classes(set_tables(pd.DataFrame(rows, index=names, columns=columns).to_html()))
    assert {kinds[words] for words in ("n", "10", "20", "30")} == {"num"}
    rest = ("a", "b", "x", "y", "z", "both", "word", "one", "two", "three")
    assert {kinds[words] for words in rest} == {""}


def test_other_html_stays_as_it_is(set_tables: Callable[[str], str]) -> None:
    """A table that pandas did not write keeps its attributes."""
    other = '<table border="1"><tr style="color: red"><td>1</td></tr></table>'
    assert set_tables(other) == other


def test_every_table_of_a_lesson_is_set(site: Any) -> None:
    """No data frame keeps the border and the alignment that pandas writes into it."""
    tables = [
        t
        for page in site.lessons()
        for t in re.findall(r"<table[^>]*dataframe.*?</table>", page.text, re.DOTALL)
    ]
    assert len(tables) > 30
    assert not [t for t in tables if "text-align" in t or "border=" in t]
    assert sum('class="num"' in t for t in tables) > 20
