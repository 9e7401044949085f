"""Set tables: those of outputs by what their columns hold, those of the text for a phone too.

An output's numbers stand at the right, and its long words in lines. A table of the text with three
columns or more becomes blocks where there is no room beside each other, each value with the name
of its column; its long names break behind a dot, a slash or an underscore, nowhere else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from bs4 import BeautifulSoup, NavigableString, Tag
from docutils import nodes
from sphinx.application import Sphinx

NUMBER = re.compile(r"[-+\N{MINUS SIGN}]?(\d[\d,]*)?\.?\d+(e[-+]?\d+)?\s?%?")
NOTHING = frozenset({"", "NaN", "None", "NaT", "<NA>", "inf", "-inf"})
LONG = 28  # characters that a phone shows in a line, more or less
STACKED = 3  # columns that a phone does not show beside each other
NAME = re.compile(r"\S{13,}")  # what is shorter stays in one piece
JOINT = re.compile(r"(?<=[\w)\]}][._/])(?=[A-Za-z{\[(])")  # where a name may go on in the next line
IN_TEXT = re.compile(r'<table class="table[^"]*">.*?</table>', re.DOTALL)
ROLES = {"thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "th": "columnheader", "td": "cell"}

Place = tuple[Tag, int, bool]  # a cell, its first column, and whether it is the head's


def setup(app: Sphinx) -> dict[str, bool]:
    """Set the tables of outputs when a page is read, those of the text when it is written."""
    app.connect("doctree-read", set_tables)
    app.connect("html-page-context", set_text_tables)
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
        for cell in table.select("td.long"):
            _let_break(soup, cell)
    return str(soup)


def set_text_tables(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Rewrite the tables of a page's text."""
    if "body" in context:
        context["body"] = IN_TEXT.sub(lambda found: for_any_width(found[0]), context["body"])


def for_any_width(html: str) -> str:
    """Name each value's column, keep what the table is to a screen reader, let long names break."""
    soup = BeautifulSoup(html, "html.parser")
    heads = [cell.get_text(" ", strip=True) for cell in soup.select("thead th")]
    if len(heads) >= STACKED:
        _stack(soup, heads)
    for name in soup.select("td code"):
        _let_break(soup, name)
    return str(soup)


def _stack(soup: BeautifulSoup, heads: list[str]) -> None:
    """Write what the style needs for blocks; a block without a first word repeats the last one."""
    soup.table["class"] = [*soup.table["class"], "rungs-stacked"]
    soup.table["role"] = "table"
    for tag in soup.find_all(list(ROLES)):
        tag["role"] = ROLES[tag.name]
    heading = ""
    for row in soup.select("tbody tr"):
        first, *rest = row.find_all(["td", "th"], recursive=False)
        if _said(first):
            heading = _said(first)
        elif heading:
            first["data-again"] = heading
        for cell, head in zip(rest, heads[1:], strict=False):
            if _said(cell):
                cell["data-label"] = head
            else:
                cell["class"] = "rungs-nothing"


def _said(cell: Tag) -> str:
    return " ".join(cell.get_text().split())


def _let_break(soup: BeautifulSoup, place: Tag) -> None:
    """Put a place to break behind each joint of a long name; a copy of the name has none."""
    for words in [text for text in place.descendants if isinstance(text, NavigableString)]:
        marked = NAME.sub(lambda name: JOINT.sub("\0", name[0]), words)
        first, *rest = marked.split("\0")
        for part in reversed(rest):
            words.insert_after(soup.new_tag("wbr"), part)
        words.replace_with(first)


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
