"""The Sphinx extension of the try-outs: tasks of a lesson that run in its page."""

from __future__ import annotations

import html
from pathlib import Path, PurePosixPath

from docutils import nodes
from rungs_addresses import LESSONS, up_from
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from autograder.content import course
from autograder.tryouts.tryout import beside_the_checks, box, read_tryouts, write_tryouts

_log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    """Put try-outs into lessons after the reference outputs, which come with the usual 500."""
    app.connect("source-read", offer, priority=600)
    app.connect("builder-inited", write_files)
    app.add_directive("rungs-try", Try)
    app.add_directive("rungs-tryouts", Tryouts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def offer(app: Sphinx, docname: str, source: list[str]) -> None:
    """Add a try-out under the check of each task of a lesson that has one."""
    if docname.startswith(LESSONS):
        source[0] = beside_the_checks(source[0], PurePosixPath(docname).name, Path(app.srcdir))


def write_files(app: Sphinx) -> None:
    """Write what a try-out loads on a click; without Pyodide it says so itself."""
    if not write_tryouts(Path(app.outdir, "_static"), Path(app.srcdir)):
        _log.info("no Python for the browser: .rungs/ has no Pyodide")


class Try(SphinxDirective):
    """Show the closed try-out of one task."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Write its button; everything else comes when somebody presses it."""
        shown = box(self.arguments[0], up_from(self.env.docname), Path(self.env.srcdir))
        return [nodes.raw("", shown, format="html")]


class Tryouts(SphinxDirective):
    """List every task that can be tried in a page, with its place."""

    def run(self) -> list[nodes.Node]:
        """Link each try-out in its lesson."""
        up = up_from(self.env.docname)
        titles = {lesson.id: lesson.title for lesson in course().ready}
        rows = [
            f'<li><a href="{up}{one.place}#try-{one.task}">{html.escape(one.title)}</a>, '
            f"<code>{one.task}</code>, in <i>{html.escape(titles[one.lesson])}</i></li>"
            for one in read_tryouts(Path(self.env.srcdir))
        ]
        return [nodes.raw("", f"<ul>{''.join(rows)}</ul>", format="html")]
