"""One class on nbgrader's frame: hand out, collect, grade, give feedback, export."""

from __future__ import annotations

import contextlib
import csv
import logging
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from nbgrader.api import Assignment, Grade, Gradebook, SubmittedAssignment, SubmittedNotebook
from nbgrader.apps import NbGraderAPI
from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeSubmit
from nbgrader.plugins import CsvExportPlugin
from sqlalchemy import select

from autograder import content
from autograder.cases import FOLDER
from autograder.errors import SubmissionError
from autograder.grading import exports, settings
from autograder.grading.batch import Batch, Report
from autograder.grading.handed import Handing, hand_out, on_exchange
from autograder.grading.pool import local_pool
from autograder.grading.resubmission import BestOf
from autograder.grading.results import read_result
from autograder.grading.writer import Penalty, update_penalties

__all__ = ["FORMS", "Classroom", "Mark"]

FORMS = ("nbgrader", "canvas", "moodle", "gradescope")


@dataclass(frozen=True)
class Mark:
    """Hold one learner's marks for a lesson as the gradebook has them.

    `waiting` counts the answers that a person has still to mark; `reasons`
    maps each task below full to the judge's reason.
    """

    learner: str
    automatic: float
    manual: float
    points: float
    waiting: int
    reasons: dict[str, str]


class Classroom:
    """Work on the course in `root`, a folder with an `nbgrader_config.py`.

    The gradebook must agree with the release before anything is graded;
    `rungs build --gradebook` and the commands that need it see to that.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        config = settings.read_config(self.root)
        config.NbGrader.logfile = ""
        self._api = NbGraderAPI(config=config)
        self._api.log.setLevel(logging.ERROR)
        self._api.log.propagate = False
        self._api.log.handlers = [logging.NullHandler()]

    def gradebook(self) -> Gradebook:
        """Open the gradebook, to be used in a `with` block."""
        directory = self._api.coursedir
        return Gradebook(directory.db_url, directory.course_id)

    def enrol(self, roster: Path) -> int:
        """Add or update learners from a CSV with a column `id`; return how many."""
        try:
            with roster.open(newline="", encoding="utf-8-sig") as file:
                rows = list(csv.DictReader(file))
        except OSError as err:
            raise SubmissionError(f"{roster} cannot be read: {err.strerror}.") from err
        if not rows or "id" not in rows[0]:
            raise SubmissionError(
                f"{roster} has no column `id`. The first line should read: "
                "id,first_name,last_name,email"
            )
        known = ("first_name", "last_name", "email", "lms_user_id")
        with self._quiet(), self.gradebook() as gradebook:
            for row in rows:
                details = {k: row[k] for k in known if row.get(k)}
                gradebook.update_or_create_student(row["id"].strip(), **details)
        return len(rows)

    def learners(self) -> list[str]:
        """List who is enrolled."""
        with self._quiet(), self.gradebook() as gradebook:
            return sorted(student.id for student in gradebook.students)

    def open_exchange(self) -> None:
        """Make the exchange's folder, without which formgrader offers no release and no collect."""
        place = Path(self._exchange)
        if not place.is_dir():
            place.mkdir(parents=True)
            # nbgrader wants an exchange that every account on the machine can write to.
            place.chmod(0o777)

    def release(self, lesson: str) -> None:
        """Put a lesson on the exchange for learners to fetch, and everybody's cases beside it."""
        self.open_exchange()
        self._run(self._api.release_assignment(lesson), f"{lesson} could not be released")
        # A class's own configuration may not name our release, which has done it already.
        if content.course().lesson(lesson).cases and self.learners():
            self.hand_out(lesson)

    def hand_out(self, lesson_id: str, folder: Path | None = None) -> list[Handing]:
        """Write the cases of everybody enrolled, to the exchange or to `folder/<learner>/cases/`.

        What is there stays. Raise `SubmissionError` where the lesson is not on
        the exchange yet, or nobody is enrolled.
        """
        lesson, learners = content.course().lesson(lesson_id), self.learners()
        if not learners:
            raise SubmissionError("Nobody is enrolled. Enrol the class with `rungs roster`.")
        if folder is not None:
            base = folder
            return list(hand_out(self.root, lesson, learners, lambda who: base / who / FOLDER))
        place = Path(self._exchange, self._api.coursedir.course_id)
        if not (place / "outbound" / lesson.id).is_dir():
            raise SubmissionError(
                f"{lesson.id} is not on the exchange. Release it with `rungs release "
                f"{lesson.id[:2]}`, or give a folder with --to."
            )
        return list(hand_out(self.root, lesson, learners, on_exchange(place, lesson.id)))

    def submit(self, lesson: str, learner: str, folder: Path) -> None:
        """Hand in `folder/<lesson>/` on the exchange in a learner's name."""
        directory = self._api.coursedir
        before = (directory.assignment_id, directory.student_id)
        directory.assignment_id, directory.student_id = lesson, learner
        try:
            ExchangeSubmit(
                coursedir=directory,
                authenticator=self._api.authenticator,
                parent=self._api,
                assignment_dir=str(folder),
            ).start()
        except ExchangeError as err:
            raise SubmissionError(f"{learner}'s {lesson} could not be handed in: {err}") from err
        finally:
            directory.assignment_id, directory.student_id = before

    def collect(self, lesson: str) -> list[str]:
        """Fetch the latest submissions from the exchange; return who has submitted."""
        self._run(self._api.collect(lesson, update=True), f"{lesson} could not be collected")
        return self.submitted(lesson)

    def collect_if_open(self, lesson: str) -> str:
        """Fetch submissions where the exchange takes any; return why it could not, or ""."""
        course = self._api.coursedir.course_id
        if not Path(self._exchange, course, "inbound").is_dir():
            return ""
        try:
            self.collect(lesson)
        except SubmissionError as err:
            return str(err)
        return ""

    def submitted(self, lesson: str) -> list[str]:
        """List the learners with a submission of a lesson."""
        place = self.root / self._api.coursedir.submitted_directory
        return sorted(p.parent.name for p in place.glob(f"*/{lesson}") if p.is_dir())

    def batch(
        self, lesson: str, force: bool = False, unsafe: bool = False, why: str = "rungs grade"
    ) -> Batch:
        """Prepare a grading run over a lesson; see `grading.batch`."""
        limits = settings.limits(self._api.config, unsafe)
        directory, config = self._api.coursedir, self._api.config
        kind = BestOf if settings.keeps_best(config) else Batch
        return kind(directory, config, lesson, limits, force=force, why=why)

    def grade(
        self, lesson: str, learners: Iterable[str], jobs: int = 0, force: bool = False
    ) -> Iterator[Report]:
        """Grade submissions here, `jobs` at a time (0: one a core); nothing stops the others."""
        batch = self.batch(lesson, force=force)
        with self._quiet():
            yield from batch.run(learners, local_pool(batch.limits, jobs))

    def marks(self, lesson: str) -> list[Mark]:
        """Read everybody's marks for a lesson."""
        with self._quiet(), self.gradebook() as gradebook:
            points = gradebook.find_assignment(lesson).max_score
            query = (
                select(SubmittedAssignment.student_id, Grade)
                .join(Assignment, Assignment.id == SubmittedAssignment.assignment_id)
                .join(SubmittedNotebook, SubmittedNotebook.assignment_id == SubmittedAssignment.id)
                .join(Grade, Grade.notebook_id == SubmittedNotebook.id)
                .where(Assignment.name == lesson)
                .order_by(SubmittedAssignment.student_id)
            )
            rows = groupby(gradebook.db.execute(query), key=lambda row: row[0])
            return [self._mark(lesson, who, points, [g for _, g in rs]) for who, rs in rows]

    def feedback(self, lesson: str) -> Path:
        """Write each learner's feedback page and put it on the exchange; return the folder."""
        with self._quiet():
            with self.gradebook() as gradebook:
                update_penalties(gradebook, self.root, lesson, self._penalty)
            made = self._api.generate_feedback(lesson, force=True)
            self._run(made, f"feedback on {lesson} could not be written")
            if Path(self._exchange, self._api.coursedir.course_id, "feedback").is_dir():
                sent = self._api.release_feedback(lesson)
                self._run(sent, f"feedback on {lesson} could not be released")
        return Path(self.root, self._api.coursedir.feedback_directory)

    def export(self, path: Path, form: str = "nbgrader", lessons: Iterable[str] = ()) -> None:
        """Write marks in one of `FORMS`: a CSV, or for Gradescope a folder of results.

        `lessons` are ids or numbers; none means all that the gradebook holds.
        """
        with self._quiet(), self.gradebook() as gradebook:
            chosen = exports.known_lessons(gradebook, lessons)
            for lesson in chosen:
                update_penalties(gradebook, self.root, lesson.id, self._penalty)
            if form == "canvas":
                exports.write_canvas(gradebook, chosen, path)
            elif form == "moodle":
                exports.write_moodle(gradebook, chosen, path)
            elif form == "gradescope":
                for lesson in chosen:
                    exports.write_gradescope(gradebook, self.root, lesson, path)
            else:
                plugin = CsvExportPlugin(to=str(path), assignment=[x.id for x in chosen])
                plugin.log.setLevel(logging.ERROR)
                plugin.export(gradebook)

    @property
    def _penalty(self) -> Penalty:
        return settings.penalty(self._api.config)

    @property
    def _exchange(self) -> str:
        return str(self._api.config.Exchange.root)

    def _mark(self, lesson: str, learner: str, points: float, grades: list[Any]) -> Mark:
        record = read_result(self.root, lesson, learner) or {}
        reasons = {
            task: entry["reason"]
            for task, entry in record.get("tasks", {}).items()
            if entry["mark"] < entry["points"]
        }
        return Mark(
            learner,
            automatic=sum(g.auto_score or 0.0 for g in grades),
            manual=sum(g.manual_score or 0.0 for g in grades),
            points=points,
            waiting=sum(bool(g.needs_manual_grade) for g in grades),
            reasons=reasons,
        )

    @contextlib.contextmanager
    def _quiet(self) -> Iterator[None]:
        """Keep nbgrader's and SQLAlchemy's chatter off the terminal."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield

    def _run(self, result: dict[str, Any], problem: str) -> None:
        if not result["success"]:
            raise SubmissionError(f"{problem}: {_last_words(result)}")


def _last_words(result: dict[str, Any]) -> str:
    """Pick the sentence that says why from nbgrader's log or traceback."""
    error = str(result.get("error", "")).strip().splitlines()
    log = [line for line in str(result.get("log", "")).splitlines() if "[ERROR]" in line]
    ours = [line for line in [*log, *error] if "autograder.errors." in line]
    chosen = (ours or error or log or ["no reason was given"])[-1]
    return chosen.split("autograder.errors.", 1)[-1].replace("[ERROR]", "").strip()
