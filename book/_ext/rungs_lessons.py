"""What pages say of the lessons: which are ready, how to get them, and predictions left open."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterable
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from rungs_addresses import LESSONS, up_from
from rungs_templates import filled
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from autograder import content

_ANSWER = " came out as "  # what `predict` prints of the outcome
_COMPARED = re.compile(r"^\s*predict\(.*\bactual=", re.MULTILINE | re.DOTALL)


def setup(app: Sphinx) -> dict[str, Any]:
    """Add the directives, and fold what a reader was asked to predict."""
    app.add_directive("rungs-lessons", Lessons)
    app.add_directive("rungs-start", Start)
    app.connect("doctree-read", fold_predicted)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Lessons(SphinxDirective):
    """List the lessons that are ready, as a table or, with `:brief:`, as links."""

    option_spec = {"brief": directives.flag}  # noqa: RUF012  # docutils' own way

    def run(self) -> list[nodes.Node]:
        """Read the manifest; what a lesson needs or is helped by is named where it is ready."""
        self.env.note_reread()  # the manifest is no text of this page
        ready = content.course().ready
        titles = {lesson.id: lesson.title for lesson in ready}
        shown = filled(
            "lessons.html",
            lessons=ready,
            titles=titles,
            brief="brief" in self.options,
            to=f"{up_from(self.env.docname)}{LESSONS}",
        )
        return [shown]


class Start(SphinxDirective):
    """Show the first commands, and before them how to get the repository."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Clone from `RUNGS_REPOSITORY_URL`; without it, say that a copy is needed."""
        self.env.note_reread()  # the address is no text of this page
        address = os.environ.get("RUNGS_REPOSITORY_URL", "")
        code = "\n".join(with_clone(address, self.content))
        shown: list[nodes.Node] = [nodes.literal_block(code, code, language="shell")]
        if not address:
            asked = (
                "Clone or unpack the repository that you were given, go into its folder, and type:"
            )
            shown.insert(0, nodes.paragraph(asked, asked))
        return shown


def with_clone(address: str, typed: Iterable[str]) -> list[str]:
    """Put the lines that fetch the repository before what is typed in it."""
    fetch = [f"git clone {shlex.quote(address)} rungs", "cd rungs"] if address else []
    return [*fetch, *typed]


def fold_predicted(app: Sphinx, doctree: nodes.document) -> None:
    """Fold what a cell says that compares a prediction, so that a page does not answer for you."""
    if not app.env.docname.startswith(LESSONS):
        return
    for cell in list(doctree.findall(_is("cell"))):
        asked = next(cell.findall(_is("cell_input")), None)
        shown = next(cell.findall(_is("cell_output")), None)
        if asked is None or shown is None or not _COMPARED.search(asked.astext()):
            continue
        if next(iter(shown.findall(nodes.image)), None) is None:
            _fold(cell, cell.index(shown))
            continue
        # A figure is a part of the text and stays; what is said beside it of the outcome is folded.
        for part in [part for part in shown.children if _ANSWER in part.astext()]:
            _fold(shown, shown.index(part))


def _fold(parent: nodes.Element, place: int) -> None:
    """Put a child into an element that opens on a click."""
    opening = '<details class="rungs-predicted"><summary>What happened</summary>'
    parent.insert(place + 1, nodes.raw("", "</details>", format="html"))
    parent.insert(place, nodes.raw("", opening, format="html"))


def _is(name: str) -> Any:
    """Find containers of this class."""
    return lambda node: isinstance(node, nodes.container) and name in node["classes"]
