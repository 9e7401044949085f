"""The preprocessors that `nbgrader autograde` runs for this course.

nbgrader calls them for each submitted notebook: `RestoreCells` while
sanitising, then `ReplayAndJudge` in place of `Execute` and `SaveOfficialMarks`
in place of `SaveAutoGrades`.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Dict, Enum, Integer, Unicode

from autograder import content
from autograder.errors import SubmissionError
from autograder.grading import settings
from autograder.grading.fingerprint import judge_fingerprint
from autograder.grading.intake import drop_links
from autograder.grading.limits import Limits
from autograder.grading.marked import mark_notebook
from autograder.grading.order import Order, content_of, handed_digests, learner_seeds
from autograder.grading.reading import place_under_its_name
from autograder.grading.released import released_cells
from autograder.grading.restore import restore
from autograder.grading.writer import store

__all__ = ["ReplayAndJudge", "RestoreCells", "SaveOfficialMarks", "find_renamed"]

Resources = dict[str, Any]


def find_renamed(assignment: str, student: str, notebooks: list[str]) -> None:
    """Let a submission whose only notebook has another name be graded; drop links from it.

    nbgrader calls this hook before each submission, with the notebooks that it
    found there, and goes on with what the list holds afterwards; `assignment`
    and `student` are what its command line names, so perhaps a pattern.
    """
    if notebooks:
        folder = Path(notebooks[0]).parent
        drop_links(folder)
        notebooks[:] = [path for path in notebooks if Path(path).is_file()]
        # A submission that cannot be read is refused where its notebook is read, with the reason.
        with suppress(SubmissionError):
            notebooks[:] = [str(place_under_its_name(folder, folder.name))]


class RestoreCells(NbGraderPreprocessor):
    """Give the submission back every released cell, once; see `grading.restore`."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Restore the notebook and leave the notes in its metadata for the second pass."""
        about = resources["nbgrader"]
        with Gradebook(about["db_url"]) as gradebook:
            cells = released_cells(gradebook, about["notebook"], about["assignment"])
        notes = [*nb.metadata.get("rungs", {}).get("notes", []), *restore(nb, cells)]
        submission = content_of(Path(resources["metadata"]["path"]))
        nb.metadata["rungs"] = {"notes": notes, "submission": submission}
        return nb, resources


class ReplayAndJudge(NbGraderPreprocessor):
    """Replay the notebook in the sandbox and write the official cards."""

    course_root = Unicode(".", help="The course's folder, which holds `.rungs/`.").tag(config=True)
    cell_seconds = Integer(
        Limits.cell_seconds, help="Seconds that one cell of a notebook may run."
    ).tag(config=True)
    limits = Dict(help="Other fields of `autograder.grading.Limits`.").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Grade the notebook; the cards become the check cells' only outputs."""
        about, root = resources["nbgrader"], Path(self.course_root)
        lesson = content.course().lesson(about["assignment"])
        with Gradebook(about["db_url"]) as gradebook:
            cells = released_cells(gradebook, about["notebook"], lesson.id)
        order = Order(
            lesson.id,
            about["student"],
            nb.metadata["rungs"]["submission"],
            tuple(cells),
            learner_seeds(root, lesson, about["student"]),
            settings.limits(self.config),
            judge_fingerprint(lesson.id),
            handed=handed_digests(root, lesson, about["student"]),
        )
        resources["rungs"] = mark_notebook(nb, order), root
        return nb, resources


class SaveOfficialMarks(SaveAutoGrades):
    """Store what the judges decided; manual marks, extra credit and comments stay."""

    keep = Enum(
        ("last", "best"),
        default_value="last",
        help="Which of a learner's submissions counts; only `rungs grade` can keep the best.",
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Commit the marks as `rungs grade` does; see `grading.writer`."""
        marked, root = resources["rungs"]
        if self.keep == "best":
            raise SubmissionError(
                "This class keeps each learner's best submission, which nbgrader's own command "
                f"cannot do. Run `rungs grade {marked.lesson_id}`."
            )
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            store(gradebook, root, marked, "nbgrader autograde")
        return nb, resources
