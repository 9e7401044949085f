"""nbgrader's feedback, written by `grading.feedback_page` in place of nbconvert's template."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import pass_context
from nbconvert.exporters import Exporter
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from traitlets import Unicode

from autograder import content
from autograder.errors import RungsError
from autograder.grading.feedback import read_feedback
from autograder.grading.feedback_page import feedback_page
from autograder.grading.results import read_result
from autograder.grading.sanitized import clean_markdown
from autograder.judging.workbook import read_notebook, released_notebook

__all__ = ["FeedbackExporter", "markdown_without_script"]


class FeedbackExporter(Exporter):
    """Write one learner's page; `nbgrader generate_feedback` calls it for each notebook."""

    output_mimetype = "text/html"
    course_root = Unicode(".", help="The course's folder, which holds `.rungs/`.").tag(config=True)

    def _file_extension_default(self) -> str:
        return ".html"

    def from_notebook_node(
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **kw: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Convert an autograded notebook, with the marks that the gradebook holds now."""
        assert resources is not None
        resources["output_extension"] = ".html"
        about = resources["nbgrader"]
        lesson, learner = content.course().lesson(about["assignment"]), about["student"]
        record = read_result(Path(self.course_root), lesson.id, learner) or {}
        with Gradebook(about["db_url"]) as gradebook:
            feedback = read_feedback(
                gradebook,
                lesson.id,
                learner,
                lesson.title,
                tuple(record.get("notes", ())),
                _lesson_texts(lesson),
            )
        return feedback_page(nb, feedback), resources


def _lesson_texts(lesson: Any) -> frozenset[str]:
    try:
        cells = read_notebook(released_notebook(lesson))["cells"]
    except RungsError:
        return frozenset()
    return frozenset(" ".join("".join(cell["source"]).split()) for cell in cells)


@pass_context
def markdown_without_script(context: Any, source: str) -> str:
    """Render a learner's Markdown for formgrader; a filter of its HTMLExporter."""
    cell = context.get("cell", {})
    return clean_markdown(source, cell.get("attachments"))
