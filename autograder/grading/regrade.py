"""Mark a lesson anew and show whose marks would move, before anything is stored.

New marks wait under `.rungs/regrade/<lesson>/` until somebody says yes; a run
that is stopped goes on from there, and so does a commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook

from autograder.grading.audit import Change
from autograder.grading.batch import Batch, Report
from autograder.grading.marked import Marked
from autograder.grading.order import Order
from autograder.grading.pool import Pool
from autograder.grading.writer import marked_by_hand, marks_in

__all__ = ["Move", "Regrade"]


@dataclass(frozen=True)
class Move:
    """Tell that a learner's automatic mark would change, and the judge's reason for the new one.

    `by_hand` says that a person's mark stands over it, so that the total stays.
    """

    learner: str
    change: Change
    by_hand: bool


class Regrade:
    """Compute first, look, then commit."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._folder = batch.root / ".rungs" / "regrade" / batch.lesson.id
        self._keys: dict[str, str] = {}

    def compute(self, learners: Iterable[str], pool: Pool) -> Iterator[Report]:
        """Mark every submission anew and keep the marks aside; yield a report on each."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._keys.clear()
        with self._batch.alone(), self._batch.open() as gradebook, self._batch.of_what_counts():
            yield from self._batch.stream(learners, pool, gradebook, self._keep, self._spared)

    def moves(self) -> list[Move]:
        """List the marks that would change, by learner."""
        with self._batch.open() as gradebook:
            held = marks_in(gradebook, self._batch.lesson.id)
            stands = marked_by_hand(gradebook, self._batch.lesson.id)
        return [
            Move(marked.learner, change, (marked.learner, change.cell) in stands)
            for marked in self._kept()
            for change in marked.changes_from(held.get(marked.learner, {}))
        ]

    def commit(self) -> int:
        """Store what was computed; return how many submissions that were."""
        count = 0
        with self._batch.alone(), self._batch.open() as gradebook, self._batch.of_what_counts():
            for marked in self._kept():
                self._batch.commit(gradebook, marked)
                gradebook.db.remove()
                self._path(marked.learner).unlink()
                count += 1
            self._batch.set_penalties(gradebook)
        return count

    def _keep(
        self, gradebook: Gradebook, marked: Marked
    ) -> tuple[dict[str, Any], tuple[Change, ...]]:
        path = self._path(marked.learner)
        partial = path.with_suffix(".part")
        partial.touch(mode=0o600)
        partial.write_bytes(marked.pack())
        partial.replace(path)
        self._keys[marked.learner] = marked.record["key"]
        return marked.record, tuple(marked.changes_from(self._batch.held(marked.learner)))

    def _spared(self, order: Order) -> dict[str, Any] | None:
        """Give the result that an earlier, unfinished run has computed for the same order."""
        path = self._path(order.learner)
        if not path.is_file():
            return None
        record = Marked.unpack(path.read_bytes()).record
        if record["key"] != order.key:
            return None
        self._keys[order.learner] = order.key
        return record

    def _kept(self) -> Iterator[Marked]:
        for learner, key in sorted(self._keys.items()):
            marked = Marked.unpack(self._path(learner).read_bytes())
            if marked.record["key"] == key:
                yield marked

    def _path(self, learner: str) -> Path:
        return self._folder / f"{learner.replace('/', '_')}.marked"
