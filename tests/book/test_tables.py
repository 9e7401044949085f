"""How tables are set: those of outputs by what pandas writes, those of the text for any width."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.timeout(400)  # the last test may build the whole site

ROOT = Path(__file__).resolve().parents[2]
CELL = re.compile(r"<(t[hd])((?: [^>]*)?)>(.*?)</t[hd]>", re.DOTALL)


@pytest.fixture
def extension(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Load the extension as Sphinx does."""
    monkeypatch.syspath_prepend(ROOT / "book" / "_ext")
    return importlib.import_module("rungs_tables")


@pytest.fixture
def set_tables(extension: Any) -> Callable[[str], str]:
    """Set the tables of an output."""
    found: Callable[[str], str] = extension.with_set_tables
    return found


def of_text(heads: list[str], *rows: list[str]) -> str:
    """Write a table as Sphinx writes one of a page's text."""
    head = "".join(f'<th class="head"><p>{word}</p></th>' for word in heads)
    body = "".join(
        f"<tr>{''.join(f'<td><p>{cell}</p></td>' if cell else '<td></td>' for cell in row)}</tr>"
        for row in rows
    )
    return f'<table class="table"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


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


def test_a_value_knows_its_column_and_a_row_its_heading(extension: Any) -> None:
    """With three columns or more, in blocks; what is empty says nothing, a table stays a table."""
    table = of_text(["Model", "From", "A < B"], ["small", "May", "1"], ["", "June", ""])
    made = BeautifulSoup(extension.for_any_width(table), "html.parser")
    first, second = (row.find_all("td") for row in made.select("tbody tr"))
    assert [cell.get("data-label") for cell in first] == [None, "From", "A < B"]
    assert [cell.get("data-label") for cell in second] == [None, "From", None]
    assert second[0]["data-again"] == "small"
    assert second[2]["class"] == ["rungs-nothing"]
    assert {tag["role"] for tag in made.select("tr")} == {"row"}
    assert [tag["role"] for tag in made.select("th")] == ["columnheader"] * 3
    assert {tag["role"] for tag in made.select("td")} == {"cell"}
    assert made.table is not None
    assert made.table["role"] == "table"
    assert made.get_text() == BeautifulSoup(table, "html.parser").get_text()


def test_two_columns_stay_beside_each_other(extension: Any) -> None:
    """A narrow table needs no blocks, and is left as it is."""
    table = of_text(["you read", "it means"], ["holds", "the same marks"])
    assert extension.for_any_width(table) == table


@pytest.mark.parametrize(
    ("name", "pieces"),
    [
        ("find_rung", ["find_rung"]),
        ("missing_skills", ["missing_", "skills"]),
        ("effect.shots_unbalanced", ["effect.", "shots_", "unbalanced"]),
        ("book/provider/models.md", ["book/", "provider/", "models.", "md"]),
        ("10.25.100.200/16", ["10.25.100.200/16"]),
        ("a list of names", ["a list of names"]),
    ],
)
def test_a_long_name_breaks_at_its_joints_only(
    extension: Any, name: str, pieces: list[str]
) -> None:
    """Behind a dot, a slash or an underscore, of code alone; its text is what it was."""
    code = f'<code class="literal"><span class="pre">{name}</span></code>'
    made = BeautifulSoup(
        extension.for_any_width(of_text(["Name", "Means"], [code, name])), "html.parser"
    )
    coded, plain = made.find_all("td")
    assert list(coded.stripped_strings) == pieces
    assert len(coded.find_all("wbr")) == len(pieces) - 1
    assert plain.find_all("wbr") == []
    assert coded.get_text() == name


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
