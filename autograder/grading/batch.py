"""Grade a lesson's submissions: workers compute, this process alone writes.

Stopped at any moment, the next run goes on where this one was: a submission is
done when its result names the key of its order, and is not run again while the
submission and what judges it are the same.
"""

from __future__ import annotations

import fcntl
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from nbgrader.api import Gradebook, InvalidEntry
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SQLAlchemyError
from traitlets.config import Config

from autograder import content
from autograder.errors import SubmissionError
from autograder.grading import settings
from autograder.grading.audit import Change, MarkLog
from autograder.grading.fingerprint import judge_fingerprint
from autograder.grading.handed import read_handed, strange_packs
from autograder.grading.intake import drop_links
from autograder.grading.limits import Limits
from autograder.grading.marked import Marked
from autograder.grading.order import Order, content_of, handed_digests, learner_seeds
from autograder.grading.pool import Lost, Pool, Task
from autograder.grading.reading import read_submission
from autograder.grading.released import released_cells
from autograder.grading.results import read_result
from autograder.grading.writer import enter, marks_in, store, update_penalties, write_files

__all__ = ["Batch", "Report", "State"]

State = Literal["graded", "partly graded", "unchanged", "refused"]
Handle = Callable[[Gradebook, Marked], tuple[dict[str, Any], tuple[Change, ...]]]
Settled = Callable[[Order], dict[str, Any] | None]


@dataclass(frozen=True)
class Report:
    """Tell how one submission went; `error` says why it was refused.

    `reasons` maps tasks below full marks to the judge's reason, `partial` says
    what could not be run or judged, `notes` what was mended on the way.
    """

    lesson: str
    learner: str
    state: State
    mark: float | None = None
    points: float = 0.0
    reasons: dict[str, str] = field(default_factory=dict)
    partial: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    error: str = ""
    seconds: float = 0.0
    unsafe: bool = False


class Batch:
    """Grade one lesson of the course in `directory`, with the settings in `config`.

    With `force`, what is unchanged is run again too. The gradebook must hold
    the lesson as it was released.
    """

    def __init__(
        self,
        directory: CourseDirectory,
        config: Config,
        lesson_id: str,
        limits: Limits,
        force: bool = False,
        why: str = "rungs grade",
    ) -> None:
        self.lesson = content.course().lesson(lesson_id)
        self.root = Path(directory.root)
        self.limits = limits
        self._directory = directory
        self._config = config
        self._force = force
        self._why = why
        self._log = MarkLog(self.root)
        self._judge = judge_fingerprint(lesson_id)

    def run(self, learners: Iterable[str], pool: Pool) -> Iterator[Report]:
        """Grade these learners' submissions and yield a report as each is stored."""
        with self.alone(), self.open() as gradebook:
            yield from self.stream(learners, pool, gradebook, self.commit, self.settled)
            self.set_penalties(gradebook)

    def stream(
        self,
        learners: Iterable[str],
        pool: Pool,
        gradebook: Gradebook,
        handle: Handle,
        settled: Settled,
    ) -> Iterator[Report]:
        """Compute marks and hand each to `handle`; yield reports, also on what is not run.

        An order for which `settled` has a result is not run again.
        """
        self._gradebook = gradebook
        self._released = tuple(released_cells(gradebook, self.lesson.id, self.lesson.id))
        self._kernelspec = _kernelspec(gradebook, self.lesson.id)
        self._held = marks_in(gradebook, self.lesson.id)
        gradebook.db.remove()
        said: deque[Report] = deque()
        for learner, answer in pool.answers(self._tasks(learners, settled, said)):
            yield from _drained(said)
            yield self._handled(learner, answer, handle)
        yield from _drained(said)

    @contextmanager
    def open(self) -> Iterator[Gradebook]:
        """Open the gradebook, patient with others who write to it."""
        url = self._directory.db_url
        if url.startswith("sqlite:") and "timeout=" not in url:
            url += f"{'&' if '?' in url else '?'}timeout=60"
        with Gradebook(url, self._directory.course_id) as gradebook:
            yield gradebook

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep a second run out of this course; raise `SubmissionError` where one is at work."""
        path = self.root / ".rungs" / "grading.lock"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with path.open("a+") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as err:
                raise SubmissionError(
                    f"Another grading run is at work on {self.root}. Wait for it, or end it; what "
                    "it has done is kept."
                ) from err
            yield

    @contextmanager
    def of_what_counts(self) -> Iterator[None]:
        """Take each learner's submission that counts; here that is the last."""
        yield

    def commit(
        self, gradebook: Gradebook, marked: Marked
    ) -> tuple[dict[str, Any], tuple[Change, ...]]:
        """Store one submission: files, log, gradebook, result. Return its record and changes."""
        learner, folder = marked.learner, self.submitted(marked.learner)
        source = self._place(self._directory.source_directory, ".")
        target = self._place(self._directory.autograded_directory, learner)
        write_files(marked, folder, source, target, list(self._directory.ignore))
        enter(gradebook, self.lesson.id, learner, self.handed_in(learner))
        return marked.record, store(gradebook, self.root, marked, self._why, self._log)

    def set_penalties(self, gradebook: Gradebook) -> None:
        """Bring late penalties up to date with marks and due dates."""
        update_penalties(gradebook, self.root, self.lesson.id, settings.penalty(self._config))

    def submitted(self, learner: str) -> Path:
        """Return the folder of a learner's submission."""
        return self._place(self._directory.submitted_directory, learner)

    def _tasks(
        self, learners: Iterable[str], settled: Settled, said: deque[Report]
    ) -> Iterator[Task]:
        for learner in learners:
            try:
                order = self.order(learner)
                if (record := settled(order)) is not None:
                    said.append(self._report("unchanged", record))
                    continue
                packed = self.read(order).pack()
            except SubmissionError as err:
                said.append(self._refused(learner, str(err)))
                continue
            except OSError as err:
                why = f"the folder cannot be read ({err.strerror}). Ask for the submission again."
                said.append(self._refused(learner, why))
                continue
            yield Task(learner, packed)

    def held(self, learner: str) -> dict[str, float | None]:
        """Return the automatic marks that the gradebook held when the run began."""
        return self._held.get(learner, {})

    def order(self, learner: str) -> Order:
        """Say what is to be marked, without reading the notebook itself."""
        folder = self.submitted(learner)
        if folder.is_symlink():
            raise SubmissionError("the folder is a link, maybe to somebody else's. Ask for a copy.")
        drop_links(folder)
        return Order(
            self.lesson.id,
            learner,
            content_of(folder),
            self._released,
            learner_seeds(self.root, self.lesson, learner),
            self.limits,
            self._judge,
            self._kernelspec,
            handed=handed_digests(self.root, self.lesson, learner),
        )

    def read(self, order: Order) -> Order:
        """Read the notebook that an order is about."""
        folder = self.submitted(order.learner)
        found = read_submission(folder, order.lesson_id)
        notes = found.notes
        if (folder / "timestamp.txt").exists() and self.handed_in(order.learner) is None:
            notes = (*notes, "Its timestamp.txt holds no time, so it does not count as late.")
        notes = (*notes, *self._about_cases(order.learner, folder))
        return replace(order, notebook=json.dumps(found.nb).encode(), notes=notes)

    def _about_cases(self, learner: str, folder: Path) -> list[str]:
        handed = read_handed(self.root, self.lesson.id, learner)
        said = [
            f"No {case} was handed to this learner; `rungs cases {self.lesson.id}` does that."
            for case in self.lesson.cases
            if case not in handed
        ]
        return said + strange_packs(folder, handed)

    def settled(self, order: Order) -> dict[str, Any] | None:
        """Return the result of an order that need not be run again, None of any other."""
        record = read_result(self.root, self.lesson.id, order.learner) or {}
        target = self._place(self._directory.autograded_directory, order.learner)
        if (
            self._force
            or record.get("key") != order.key
            or record.get("marks") != self._held.get(order.learner)
            or not (target / f"{self.lesson.id}.ipynb").is_file()
        ):
            return None
        if (self.submitted(order.learner) / "timestamp.txt").exists():
            # The same answers may have been handed in again, at another time.
            enter(self._gradebook, self.lesson.id, order.learner, self.handed_in(order.learner))
            self._gradebook.db.commit()
            self._gradebook.db.remove()
        return record

    def _handled(self, learner: str, answer: bytes | Lost, handle: Handle) -> Report:
        if isinstance(answer, Lost):
            return self._refused(learner, answer.reason)
        if answer.startswith(b"!"):
            return self._refused(learner, answer[1:].decode())
        marked = Marked.unpack(answer)
        try:
            record, changes = handle(self._gradebook, marked)
        except (InvalidEntry, SQLAlchemyError, OSError) as err:
            self._gradebook.db.rollback()
            why = f"its marks could not be stored ({_first_line(err)}). Grade again."
            return self._refused(learner, why)
        finally:
            self._gradebook.db.remove()
        state: State = "partly graded" if record["partial"] else "graded"
        return replace(self._report(state, record), changes=changes)

    def _refused(self, learner: str, why: str) -> Report:
        if any(mark is not None for mark in self.held(learner).values()):
            why += " The marks of an earlier grading stand."
        return Report(self.lesson.id, learner, "refused", error=why)

    def _report(self, state: State, record: dict[str, Any]) -> Report:
        tasks: dict[str, Any] = record["tasks"]
        below = {task: e["reason"] for task, e in tasks.items() if e["mark"] < e["points"]}
        return Report(
            self.lesson.id,
            record["learner"],
            state,
            record["mark"],
            sum(entry["points"] for entry in tasks.values()),
            below,
            tuple(record["partial"]),
            tuple(record["notes"]),
            seconds=record["seconds"],
            unsafe=record.get("unsafe", False),
        )

    def handed_in(self, learner: str) -> datetime | None:
        """Read when a submission was handed in; None where nothing says so."""
        folder = str(self.submitted(learner))
        try:
            when: datetime | None = self._directory.get_existing_timestamp(folder)
        except Exception:
            # nbgrader has several ways to stumble over a file that is not a time.
            return None
        return when

    def _place(self, step: str, learner: str) -> Path:
        return Path(self._directory.format_path(step, learner, self.lesson.id))


def _kernelspec(gradebook: Gradebook, lesson_id: str) -> dict[str, Any] | None:
    text = gradebook.find_notebook(lesson_id, lesson_id).kernelspec
    found: dict[str, Any] | None = json.loads(text) if text else None
    return found


def _drained(said: deque[Report]) -> Iterator[Report]:
    while said:
        yield said.popleft()


def _first_line(err: BaseException) -> str:
    return (str(err).strip().splitlines() or [type(err).__name__])[0][:200]
