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
from nbformat.v4 import new_output
from nbgrader import utils
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor, SaveAutoGrades
from traitlets import Integer, Unicode

from autograder import content
from autograder.errors import SubmissionError
from autograder.grading.intake import drop_links
from autograder.grading.reading import place_under_its_name
from autograder.grading.released import released_cells
from autograder.grading.replay import Limits
from autograder.grading.restore import restore
from autograder.grading.results import write_result
from autograder.grading.submission import GradedSubmission, grade_notebook
from autograder.judging import card
from autograder.judging.seeds import course_secret, official_seeds

__all__ = ["ReplayAndJudge", "RestoreCells", "SaveOfficialMarks", "find_renamed"]

Resources = dict[str, Any]
_CHECK = "check-"


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
        notes = restore(nb, cells)
        nb.metadata["rungs"] = {"notes": [*nb.metadata.get("rungs", {}).get("notes", []), *notes]}
        return nb, resources


class ReplayAndJudge(NbGraderPreprocessor):
    """Replay the notebook in the sandbox and write the official cards."""

    course_root = Unicode(".", help="The course's folder, which holds `.rungs/`.").tag(config=True)
    cell_seconds = Integer(
        Limits.cell_seconds, help="Seconds that one cell of a notebook may run."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Grade the notebook; the cards become the check cells' only outputs."""
        about, course = resources["nbgrader"], content.course()
        learner, root = about["student"], Path(self.course_root)
        secret, version = course_secret(root), course.course.version
        lesson = course.lesson(about["assignment"])

        def seeds(task: str) -> list[int]:
            return official_seeds(secret, version, lesson.id, task, learner, course.course.seeds)

        graded = grade_notebook(nb, lesson.id, seeds, Limits(cell_seconds=self.cell_seconds))
        write_cards(nb, graded)
        notes = list(nb.metadata.get("rungs", {}).get("notes", []))
        write_result(root, learner, version, graded, notes)
        resources["rungs"] = graded
        return nb, resources


class SaveOfficialMarks(SaveAutoGrades):
    """Store what the judges decided; manual marks, extra credit and comments stay."""

    def _add_score(self, cell: NotebookNode, resources: Resources) -> None:
        name = cell.metadata["nbgrader"]["grade_id"]
        grade = self.gradebook.find_grade(
            name, self.notebook_id, self.assignment_id, self.student_id
        )
        before, stands = grade.auto_score, grade.manual_score is not None
        grade.auto_score = _mark(cell, resources["rungs"])
        if grade.auto_score is None:
            # A person marks this one, and has not yet unless a mark stands.
            grade.needs_manual_grade = not stands
        else:
            moved = before is not None and abs(before - grade.auto_score) > 1e-9
            grade.needs_manual_grade = stands and (moved or grade.needs_manual_grade)
        self.gradebook.db.commit()


def write_cards(nb: NotebookNode, graded: GradedSubmission) -> None:
    """Make each task's official card the only output of its check cell."""
    for cell in nb.cells:
        task = _task(cell)
        if task in graded.verdicts:
            verdict = graded.verdicts[task]
            data = {
                "text/html": card.html(verdict, seat="official"),
                "text/plain": card.text(verdict, seat="official"),
            }
            cell.outputs = [new_output("display_data", data=data)]


def _mark(cell: NotebookNode, graded: GradedSubmission) -> float | None:
    task = _task(cell)
    if task in graded.verdicts:
        verdict = graded.verdicts[task]
        return None if verdict.broken else verdict.mark
    score: float | None = utils.determine_grade(cell)[0]
    return score


def _task(cell: NotebookNode) -> str:
    name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return name.removeprefix(_CHECK) if name.startswith(_CHECK) else ""
