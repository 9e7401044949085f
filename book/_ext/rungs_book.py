"""The Sphinx extension of this book: reference outputs, maths without scripts, tidy pages."""

from __future__ import annotations

import hashlib
import html
import re
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from docutils.utils.math.latex2mathml import tex2mathml
from rungs_addresses import LESSONS, up_from
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from autograder import content
from autograder.authoring.bookpages import (
    alt_texts,
    beside_the_stubs,
    content_key,
    run_card,
    run_reference,
)
from autograder.career import planned_lessons
from autograder.errors import ContentError
from autograder.interactives.data import DATA, text_of
from autograder.interactives.figures import FIGURES
from autograder.interactives.module import module, style

CACHE = "_build/reference"
SCRIPTS = {"book/ladder/coverage": "coverage.js"}
_log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect each part to the event it belongs to."""
    app.setup_extension("rungs_addresses")
    app.setup_extension("rungs_pages")
    app.setup_extension("rungs_lessons")
    app.setup_extension("rungs_glossary")
    app.connect("source-read", show_reference)
    app.connect("doctree-read", describe_images)
    app.connect("doctree-read", name_empty_headers)
    app.connect("builder-inited", add_filters)
    app.connect("html-page-context", add_script)
    app.connect("builder-inited", write_interactives)
    app.add_directive("rungs-card", Card)
    app.add_role("lesson", LessonRole())
    app.add_directive("rungs-interactive", Interactive)
    # Jupyter Book always sets this; the extension that reads it calls other hosts and is left out.
    app.add_config_value("comments_config", {}, "")
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    return {"parallel_read_safe": False, "parallel_write_safe": True}


class Card(SphinxDirective):
    """Show the card that a check gives for one answer of a lesson's corpus, as it really is."""

    required_arguments = 1  # the answer's file name without .py
    option_spec = {  # noqa: RUF012  # docutils declares it as a plain class attribute
        "lesson": directives.unchanged_required,
        "task": directives.unchanged_required,
    }

    def run(self) -> list[nodes.Node]:
        """Check the answer once and return its card."""
        root, lesson = Path(self.env.srcdir), self.options["lesson"]
        solved = source_of(root, f"{LESSONS}{lesson}/{lesson}")
        answer = root / "notebooks/lessons" / lesson / "corpus" / f"{self.arguments[0]}.py"
        self.env.note_dependency(str(answer.relative_to(root)))
        key = content_key(root, solved)
        try:
            shown = run_card(solved, answer, self.options["task"], root / CACHE, key)
        except ContentError as err:
            raise ExtensionError(str(err)) from err
        return [nodes.raw("", shown, format="html")]


class Interactive(SphinxDirective):
    """Show an interactive: its still figure, and a script that puts the moving one there."""

    required_arguments = 1
    option_spec = {"lesson": directives.unchanged_required}  # noqa: RUF012  # as above

    def run(self) -> list[nodes.Node]:
        """Draw the figure, which stays without JavaScript, and name the lesson it belongs to."""
        name = self.arguments[0]
        if name not in FIGURES:
            raise self.error(f"no interactive {name!r}: take one of {', '.join(sorted(FIGURES))}")
        up = up_from(self.env.docname)
        data = text_of(name) if name in DATA else ""
        mark = hashlib.sha256((module(name) + style() + data).encode()).hexdigest()[:8]
        self.env.metadata[self.env.docname]["rungs_interactive"] = mark
        place = f"{up}_static/interactives/{name}"
        fetch = f', load: async () => (await fetch("{place}.json?v={mark}")).json()' if data else ""
        shown = f"""<div id="play-{name}" class="rungs-play-place">
{FIGURES[name]()}
</div>
<script type="module">
import play from "{place}.js?v={mark}";
play.render({{ el: document.getElementById("play-{name}"){fetch} }});
</script>
<p>It belongs to {self._lesson(up)}.</p>"""
        return [nodes.raw("", shown, format="html")]

    def _lesson(self, up: str) -> str:
        """Link the lesson where it stands; name it where it is planned."""
        wanted = self.options["lesson"]
        title = next(lesson.title for lesson in planned_lessons() if lesson.id == wanted)
        if wanted not in {lesson.id for lesson in content.course().ready}:
            return f"<i>{html.escape(title)}</i>, a lesson to come"
        return f'the lesson <a href="{up}{LESSONS}{wanted}/{wanted}.html">{html.escape(title)}</a>'


def write_interactives(app: Sphinx) -> None:
    """Write the modules that pages load, and the style sheet that they share."""
    folder = Path(app.outdir, "_static", "interactives")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "frame.css").write_text(style(), encoding="utf-8")
    for name in FIGURES:
        (folder / f"{name}.js").write_text(module(name), encoding="utf-8")
    for name in DATA:
        (folder / f"{name}.json").write_text(text_of(name), encoding="utf-8")


class LessonRole(SphinxRole):
    """Name a lesson by its number, as a link where it is a page of this book."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link, or plain words for a lesson that is still a draft."""
        self.env.note_reread()  # a draft that becomes a lesson changes no text of this page
        words = nodes.inline("", f"lesson {self.text}")
        found = [name for name in self.env.found_docs if name.startswith(f"{LESSONS}{self.text}_")]
        if not found:
            return [words], []
        target = {"refdomain": "std", "reftype": "doc", "reftarget": f"/{found[0]}"}
        return [pending_xref("", words, refdoc=self.env.docname, refexplicit=True, **target)], []


def source_of(root: Path, docname: str) -> Path:
    """Return the solved notebook behind a release notebook's page."""
    solved = root / "notebooks" / "source" / Path(docname).relative_to(LESSONS)
    return solved.with_name(f"{solved.name}.ipynb")


def show_reference(app: Sphinx, docname: str, source: list[str]) -> None:
    """Attach a lesson's reference outputs before its release notebook is parsed."""
    if not docname.startswith(LESSONS):
        return
    root = Path(app.srcdir)
    solved = source_of(root, docname)
    app.env.note_dependency(str(solved.relative_to(root)))
    try:
        run = run_reference(solved, root / CACHE, content_key(root, solved))
    except ContentError as err:
        raise ExtensionError(str(err)) from err
    _log.info(f"{run.lesson}: reference outputs {'kept' if run.cached else 'made'}")
    source[0] = beside_the_stubs(source[0], run.outputs)
    app.env.metadata[docname]["rungs_alts"] = alt_texts(run.outputs)


def describe_images(app: Sphinx, doctree: nodes.document) -> None:
    """Give each plot its words; warn about a picture that has none."""
    alts = app.env.metadata[app.env.docname].get("rungs_alts", {})
    for image in doctree.findall(nodes.image):
        if "alt" not in image:
            image["alt"] = alts.get(Path(image["uri"]).stem, "")
        if not image["alt"]:
            _log.warning("a picture without alternative text", location=image)


def name_empty_headers(app: Sphinx, doctree: nodes.document) -> None:
    """Give the empty corner of a table a word that only a screen reader says."""
    for head in doctree.findall(nodes.thead):
        for entry in head.findall(nodes.entry):
            if not entry.astext().strip():
                word = '<span class="visually-hidden">Row</span>'
                entry.children = []
                entry += nodes.raw("", word, format="html")


def add_filters(app: Sphinx) -> None:
    """Let the templates mend what the themes write."""
    environment = getattr(getattr(app.builder, "templates", None), "environment", None)
    if environment is not None:
        environment.filters["without_icon_script"] = without_icon_script
        environment.filters["with_named_toggles"] = with_named_toggles


def without_icon_script(page: str) -> str:
    """Drop the script of 1.5 MB that draws the icons which the theme's font draws as well."""
    return re.sub(r"<script[^>]*fontawesome\.js[^>]*></script>", "", page)


def with_named_toggles(navigation: str) -> str:
    """Name each arrow of the navigation after the page whose sections it opens."""
    return re.sub(
        r"(>([^<]*)</a>\s*<details[^>]*>\s*<summary)>",
        r'\1 aria-label="Pages under \2">',
        str(navigation),
    )


def add_script(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Load a page's own script, and the interactives' style, on the pages that need them."""
    if app.env.metadata.get(pagename, {}).get("rungs_interactive"):
        app.add_css_file("interactives/frame.css")
    if pagename in SCRIPTS:
        app.add_js_file(SCRIPTS[pagename], loading_method="defer")


def inline_math(self: Any, node: nodes.math) -> None:
    """Write inline maths as MathML, which browsers and screen readers read without a script."""
    self.body.append(_mathml(node.astext(), block=False))
    raise nodes.SkipNode


def block_math(self: Any, node: nodes.math_block) -> None:
    """Write displayed maths as MathML."""
    self.body.append(f'<div class="math">{_mathml(node.astext(), block=True)}</div>')
    raise nodes.SkipNode


def _mathml(tex: str, *, block: bool) -> str:
    sized = re.sub(
        r"\\[bB]igg?[lrm]?(?![A-Za-z])", "", tex
    )  # browsers stretch delimiters themselves
    try:
        return tex2mathml(sized, as_block=block)
    except (SyntaxError, ValueError) as err:
        _log.warning(f"this formula cannot be written as MathML ({err}): {tex}")
        return f"<code>{html.escape(tex)}</code>"
