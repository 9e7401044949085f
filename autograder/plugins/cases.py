"""nbgrader's exchange for lessons with a case of each learner's own; see `grading.handed`.

A release puts every learner's packs into `cases/<learner>/` of what it hands
out, and a fetch leaves the others' packs where they are. Where a learner's
nbgrader does not know our fetch, its own copies them all: more bytes, and
nothing that helps anybody.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeReleaseAssignment
from nbgrader.utils import get_username

from autograder import content
from autograder.cases import FOLDER
from autograder.errors import UnknownLesson
from autograder.grading.handed import hand_out

__all__ = ["FetchOwnCases", "ReleaseWithCases"]


class ReleaseWithCases(ExchangeReleaseAssignment):
    """Release a lesson with the packs of everybody who is enrolled."""

    def copy_files(self) -> None:
        """Copy the lesson, then add what is each learner's own."""
        super().copy_files()
        try:
            lesson = content.course().lesson(self.coursedir.assignment_id)
        except UnknownLesson:
            return  # An assignment of the class's own.
        if lesson.cases:
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                learners = [student.id for student in gradebook.students]
            packs = Path(self.dest_path) / FOLDER
            root = Path(self.coursedir.root)
            for handing in hand_out(root, lesson, learners, packs.joinpath):
                self.log.debug("%s", handing.path)


class FetchOwnCases(ExchangeFetchAssignment):
    """Fetch a lesson with one's own packs only; what is there already stays."""

    def do_copy(self, src: str, dest: str) -> None:
        """Copy the released folder without what is somebody else's."""
        usual = shutil.ignore_patterns(*self.coursedir.ignore)
        packs, me = os.path.join(src, FOLDER), get_username()

        def left_out(folder: str, names: Iterable[str]) -> set[str]:
            others = {name for name in names if name != me} if folder == packs else set()
            return set(usual(folder, list(names))) | others

        if os.path.isdir(self.dest_path):
            self.copy_if_missing(src, dest, ignore=left_out)
        else:
            shutil.copytree(src, dest, ignore=left_out)
