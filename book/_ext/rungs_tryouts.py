"""The Sphinx extension of the try-outs: tasks of a lesson that run in its page."""

from __future__ import annotations

import html
from pathlib import Path, PurePosixPath

from docutils import nodes
from rungs_addresses import LESSONS, up_from
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from autograder.content import course
from autograder.manifest import Lesson
from autograder.tryouts.absences import absences
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
        app.env.note_dependency("notebooks/tryouts.yaml")
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
    """List by lesson what can be tried in its page, and why the rest cannot."""

    def run(self) -> list[nodes.Node]:
        """Link each try-out; tasks with one reason stand together."""
        self.env.note_dependency("notebooks/tryouts.yaml")
        shown = [_lesson(lesson, self.env) for lesson in course().ready]
        return [nodes.raw("", "".join(shown), format="html")]


def _lesson(lesson: Lesson, env: BuildEnvironment) -> str:
    root, up = Path(env.srcdir), up_from(env.docname)
    here = [one for one in read_tryouts(root) if one.lesson == lesson.id]
    links = [
        f'<li><a href="{up}{one.place}#try-{one.task}">{html.escape(one.title)}</a>, '
        f"<code>{one.task}</code></li>"
        for one in here
    ]
    out: dict[str, list[str]] = {}
    for (of, task), why in absences(root).items():
        if of == lesson.id:
            out.setdefault(why, []).append(f"<code>{task}</code>")
    reasons = [f"{', '.join(tasks)} ({html.escape(why)})" for why, tasks in out.items()]
    rest = f"<p>Not here: {'; '.join(reasons)}.</p>" if reasons else ""
    listed = f"<ul>{''.join(links)}</ul>" if links else ""
    return f"<h3>{html.escape(lesson.title)}</h3>{listed}{rest}"
