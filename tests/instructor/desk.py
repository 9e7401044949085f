"""An instructor's desk for tests: a course in a folder of its own, and the commands."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook

from autograder import content
from autograder.authoring.corpus import Entry, read_corpus
from autograder.authoring.gradebook import agree
from autograder.manifest import Lesson

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

_ONE_ACCOUNT = """
# One account plays everybody, and its cache stays in this folder.
c.Exchange.cache = str(root / "cache")
c.ExchangeCollect.check_owner = False
"""


@dataclass(frozen=True)
class Said:
    """Hold what a command printed and how it ended."""

    status: int
    text: str


@dataclass(frozen=True)
class Desk:
    """Work in `course`, on one lesson."""

    course: Path
    lesson: Lesson

    def run(self, *command: str, cwd: Path | None = None) -> Said:
        """Run one of this environment's commands as a person would, in the course's folder."""
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(BIN), os.environ.get("PATH", "")]),
            "HOME": str(self.course / "home"),
            "COLUMNS": "200",
        }
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
            environment.pop(name, None)
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=cwd or self.course,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout)

    def released(self) -> NotebookNode:
        """Read the released notebook afresh."""
        name = self.lesson.id
        path = self.course / "notebooks" / "release" / name / f"{name}.ipynb"
        return nbformat.read(path, as_version=4)

    def submission(self, learner: str) -> Path:
        """Return the folder where nbgrader looks for a submission."""
        return self.course / "submitted" / learner / self.lesson.id

    def hand_in(self, learner: str, notebook: NotebookNode, name: str = "") -> None:
        """Put a notebook where `collect` would."""
        folder = self.submission(learner)
        folder.mkdir(parents=True, exist_ok=True)
        # As it is: nbformat would mend what a damaged notebook is there to show.
        path = folder / f"{name or self.lesson.id}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")

    def gradebook(self) -> Gradebook:
        """Open the gradebook, to be used in a `with` block."""
        return Gradebook(f"sqlite:///{self.course}/gradebook.db", "rungs")

    def automatic(self) -> dict[str, dict[str, float | None]]:
        """Read each learner's automatic mark of every graded cell."""
        with self.gradebook() as gradebook:
            submissions = gradebook.find_assignment(self.lesson.id).submissions
            return {
                submission.student.id: {
                    grade.name: grade.auto_score
                    for notebook in submission.notebooks
                    for grade in notebook.grades
                }
                for submission in submissions
            }


def corpus(lesson: Lesson) -> list[Entry]:
    """Read a lesson's corpus."""
    return read_corpus(
        content.lesson_dir(lesson.id) / "corpus", tuple(task.id for task in lesson.tasks)
    )


def right_answers(lesson: Lesson) -> dict[str, str]:
    """Give one right answer a task."""
    return {
        entry.task: entry.code.source for entry in reversed(corpus(lesson)) if entry.kind == "right"
    }


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    """Find a cell by its grade id."""
    return next(c for c in notebook.cells if grade_id(c) == name)


def grade_id(one: NotebookNode) -> str:
    """Return a cell's grade id, "" for a plain cell."""
    name: str = one.metadata.get("nbgrader", {}).get("grade_id", "")
    return name


def answered(notebook: NotebookNode, answers: dict[str, str], memo: str = "") -> NotebookNode:
    """Fill answers, by task, and a text for every written task into a released notebook."""
    for task, source in answers.items():
        cell(notebook, f"answer-{task}").source = source
    for one in notebook.cells:
        if (
            memo
            and one.cell_type == "markdown"
            and one.metadata.get("nbgrader", {}).get("solution")
        ):
            one.source = memo
    return notebook


def open_desk(place: Path, lesson_id: str, settings: str = "") -> Desk:
    """Copy the course into an empty folder and fill its gradebook."""
    notebooks = place / "notebooks"
    for tree in ("source", "release"):
        shutil.copytree(ROOT / "notebooks" / tree / lesson_id, notebooks / tree / lesson_id)
    shutil.copy(ROOT / "notebooks" / "course.yaml", notebooks)
    config = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (place / "nbgrader_config.py").write_text(config + _ONE_ACCOUNT + settings, encoding="utf-8")
    (place / "home").mkdir()
    refused = agree(place, [lesson_id]).refused
    assert not refused, refused
    return Desk(place, content.course().lesson(lesson_id))
