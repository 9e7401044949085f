"""What a reader may look for by name: competencies, lessons and functions, in the search index.

Terms of the glossary and headings are in Sphinx's index already; `search.js` ranks all of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains import Domain, ObjType
from sphinx.environment import BuildEnvironment

LESSON = re.compile(r"notebooks/release/(\d\d)_\w+/\w+")
COMPETENCIES = "book/ladder/coverage"
_ID = re.compile(r"C\d{3}")
_DEFINED = re.compile(r"^(?:async )?def ([a-z]\w+)\(", re.MULTILINE)

Named = tuple[str, str, str]  # what it is called, what it is, where in its page


class Findable(Domain):
    """Names with a place of their own; the builder writes them into the search index."""

    name = "rungs"
    label = "Rungs"
    object_types: ClassVar[dict[str, ObjType]] = {
        kind: ObjType(kind) for kind in ("competency", "function", "lesson")
    }
    initial_data: ClassVar[dict[str, Any]] = {"named": {}}
    data_version = 1

    def clear_doc(self, docname: str) -> None:
        """Forget a page that is read again."""
        self.data["named"].pop(docname, None)

    def process_doc(self, env: BuildEnvironment, docname: str, document: nodes.document) -> None:
        """Note what a page names."""
        if docname == COMPETENCIES:
            self.data["named"][docname] = list(competencies(document))
        elif lesson := LESSON.fullmatch(docname):
            self.data["named"][docname] = list(of_lesson(lesson[1], document))

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield each name as Sphinx wants it."""
        for docname, named in self.data["named"].items():
            for name, kind, anchor in named:
                yield name, name, kind, docname, anchor, 0


def competencies(document: nodes.document) -> Iterator[Named]:
    """Yield the rows of the matrix, each of which becomes a place to link to."""
    for row in document.findall(nodes.row):
        cells = [entry.astext() for entry in row.findall(nodes.entry)]
        if _ID.fullmatch(cells[0]):
            row["ids"].append(cells[0].lower())
            yield " ".join(cells[:2]).rstrip("."), "competency", cells[0].lower()


def of_lesson(number: str, document: nodes.document) -> Iterator[Named]:
    """Yield a lesson by number and title, and each function that its cells define."""
    top = next(iter(document.findall(nodes.section)))
    yield f"{number} {top[0].astext()}", "lesson", top["ids"][0]
    seen = set()
    for code in document.findall(nodes.literal_block):
        for name in _DEFINED.findall(code.astext()):
            if name not in seen:
                seen.add(name)
                yield name, "function", _section(code)["ids"][0]


def _section(node: nodes.Node) -> nodes.Element:
    above: Any = node.parent
    while not isinstance(above, nodes.section):
        above = above.parent
    return above


def add_ranking(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load the ranking where searches are made."""
    if pagename == "search":
        app.add_js_file("search.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the names to the index and the ranking to the search page."""
    app.add_domain(Findable)
    app.connect("html-page-context", add_ranking)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
