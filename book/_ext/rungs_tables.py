"""Set the tables of outputs: words from the left, numbers from the right, long words in lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx

NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?(\d[\d,]*)?\.?\d+(e[-+]?\d+)?\s?%?")
NOTHING = frozenset({"", "NaN", "None", "NaT", "<NA>", "inf", "-inf"})
LONG = 28  # characters that a phone shows in a line, more or less

Place = tuple[Tag, int, bool]  # a cell, its first column, and whether it is the head's


def setup(app: Sphinx) -> dict[str, bool]:
    """Set each page's tables when it is read."""
    app.connect("doctree-read", set_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def set_tables(app: Sphinx, doctree: nodes.document) -> None:
    """Rewrite the HTML that an output brought, where it holds a data frame."""
    for raw in list(doctree.findall(nodes.raw)):
        if raw.get("format") == "html" and 'class="dataframe"' in raw.astext():
            raw.replace_self(nodes.raw("", with_set_tables(raw.astext()), format="html"))


def with_set_tables(html: str) -> str:
    """Mark the columns of each data frame: `num` for numbers, `long` for what may take lines."""
    soup = BeautifulSoup(html, "html.parser")
    for table in soup.find_all("table", class_="dataframe"):
        del table["border"]
        for row in table.find_all("tr"):
            del row["style"]
        _mark(list(_places(table)))
    return str(soup)


def _mark(places: list[Place]) -> None:
    columns: dict[int, list[str]] = {}
    for cell, column, in_head in places:
        if not in_head:
            columns.setdefault(column, []).append(cell.get_text(strip=True))
    for cell, column, in_head in places:
        kinds = _kinds(columns.get(column, [])) if _span(cell, "colspan") == 1 else []
        if in_head:
            kinds = [kind for kind in kinds if kind == "num"]
        if kinds:
            cell["class"] = " ".join(kinds)


def _kinds(words: list[str]) -> list[str]:
    said = [word for word in words if word not in NOTHING]
    if said and all(NUMBER.fullmatch(word) for word in said):
        return ["num"]
    return ["long"] if max(map(len, said), default=0) > LONG else []


def _places(table: Tag) -> Iterator[Place]:
    """Yield each cell with the column it begins in, which cells of rows above may have moved."""
    taken: dict[int, int] = {}  # column: rows that a cell above still reaches down
    for row in table.find_all("tr"):
        below = {column: rows - 1 for column, rows in taken.items() if rows > 1}
        column = 0
        for cell in row.find_all(["td", "th"]):
            while column in taken:
                column += 1
            yield cell, column, cell.find_parent("thead") is not None
            for _ in range(_span(cell, "colspan")):
                if _span(cell, "rowspan") > 1:
                    below[column] = _span(cell, "rowspan") - 1
                column += 1
        taken = below


def _span(cell: Tag, name: str) -> int:
    value: Any = cell.get(name, 1)
    return int(value)
