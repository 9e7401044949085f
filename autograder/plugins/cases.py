"""nbgrader's exchange for lessons with a case of each learner's own; see `grading.handed`.

Packs lie beside what is released and not in it: `outbound` is copied whole by
everybody who fetches, and handed in again with every submission.
"""

from __future__ import annotations

from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeReleaseAssignment
from nbgrader.utils import get_username

from autograder import content
from autograder.cases import FOLDER, write_once
from autograder.errors import UnknownLesson
from autograder.grading.handed import hand_out, on_exchange

__all__ = ["FetchOwnCases", "ReleaseWithCases"]


class ReleaseWithCases(ExchangeReleaseAssignment):
    """Release a lesson, and the packs of everybody who is enrolled."""

    def copy_files(self) -> None:
        """Copy the lesson, then write what is each learner's own."""
        super().copy_files()
        try:
            lesson = content.course().lesson(self.coursedir.assignment_id)
        except UnknownLesson:
            return  # An assignment of the class's own.
        if lesson.cases:
            with Gradebook(self.coursedir.db_url, self.coursedir.course_id) as gradebook:
                learners = [student.id for student in gradebook.students]
            place = on_exchange(Path(self.course_path), lesson.id)
            for handing in hand_out(Path(self.coursedir.root), lesson, learners, place):
                self.log.debug("%s", handing.path)


class FetchOwnCases(ExchangeFetchAssignment):
    """Fetch a lesson, and the packs that were released to this account."""

    def copy_files(self) -> None:
        """Copy the lesson, then one's own packs; a pack that is there stays."""
        super().copy_files()
        me = get_username()
        mine = on_exchange(Path(self.course_path), self.coursedir.assignment_id)(me)
        for pack in sorted(mine.glob("*.json")):
            write_once(Path(self.dest_path) / FOLDER / me / pack.name, pack.read_bytes())
