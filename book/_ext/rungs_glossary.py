"""A line of letters above the glossary, each leading to its first term."""

from __future__ import annotations

from itertools import groupby

from docutils import nodes
from rungs_addresses import up_from
from sphinx.addnodes import glossary
from sphinx.application import Sphinx

PAGE = "book/glossary"


def setup(app: Sphinx) -> dict[str, bool]:
    """Add the line when the page is read."""
    app.connect("doctree-read", add_letters)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_letters(app: Sphinx, doctree: nodes.document) -> None:
    """Link the first term of each letter, and behind them the index of terms."""
    if app.env.docname != PAGE:
        return
    listed = next(doctree.findall(glossary))
    terms = list(listed.findall(nodes.term))
    links = [
        f'<a href="#{next(same)["ids"][0]}">{letter}</a>'
        for letter, same in groupby(terms, lambda term: term.astext()[0].upper())
    ]
    listed.parent.insert(listed.parent.index(listed), _line(*links))


def _line(*links: str) -> nodes.raw:
    every = " ".join((*links, f'<a href="{up_from(PAGE)}genindex.html">all terms</a>'))
    shown = f'<nav class="rungs-letters" aria-label="Terms by letter">{every}</nav>'
    return nodes.raw("", shown, format="html")
