"""Let a learner's best submission count instead of the last.

The submission that counts is kept under `.rungs/kept/` as it was marked. A
later one takes its place if it earns at least as much, lateness included.
Otherwise marks, executed notebook and so the feedback stay those of the kept
one, whose notes say what the later one earned. After a judge changed, the kept
one is marked anew before a later one is compared with it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry

from autograder.grading import settings
from autograder.grading.audit import Change
from autograder.grading.batch import Batch, Report
from autograder.grading.marked import Marked
from autograder.grading.order import Order
from autograder.grading.pool import Pool
from autograder.grading.results import read_result, write_result
from autograder.grading.writer import Penalty

__all__ = ["BestOf", "worth"]


class BestOf(Batch):
    """Grade a lesson so that the best of each learner's submissions counts."""

    _counting = False

    def run(self, learners: Iterable[str], pool: Pool) -> Iterator[Report]:
        """Bring what counts up to date, then see whether anything newer is better."""
        everybody = list(learners)
        with self.alone(), self.open() as gradebook:
            with self.of_what_counts():
                earlier = [who for who in everybody if self._kept(who) is not None]
                for _ in self.stream(earlier, pool, gradebook, self.commit, self.settled):
                    pass  # reported below, with what came later
            yield from self.stream(everybody, pool, gradebook, self._if_better, self.settled)
            self.set_penalties(gradebook)

    @contextmanager
    def of_what_counts(self) -> Iterator[None]:
        """Take the submissions that were kept where there is one, the last of anybody else."""
        self._counting = True
        try:
            yield
        finally:
            self._counting = False

    def order(self, learner: str) -> Order:
        """Ask for the last submission, or for the one that counts."""
        order, kept = super().order(learner), self._kept(learner)
        if self._counting and kept is not None:
            return replace(order, submission=kept.record["submission"])
        return order

    def read(self, order: Order) -> Order:
        """Read a kept notebook as it was executed: its answers are what was handed in."""
        kept = self._kept(order.learner)
        if self._counting and kept is not None:
            notes = tuple(json.loads(kept.notebook)["metadata"]["rungs"]["notes"])
            return replace(order, notebook=kept.notebook.encode(), notes=notes)
        return super().read(order)

    def settled(self, order: Order) -> dict[str, Any] | None:
        """Leave alone what counts and what has lost against it already."""
        record = read_result(self.root, self.lesson.id, order.learner) or {}
        if self._counting or order.submission not in record.get("lost", {}):
            return super().settled(order)
        with self.of_what_counts():
            return super().settled(replace(order, submission=record["submission"]))

    def handed_in(self, learner: str) -> datetime | None:
        """Read when the submission was handed in that the gradebook holds."""
        kept = self._kept(learner)
        if self._counting and kept is not None:
            when = kept.record["handed_in"]
            return None if when is None else datetime.fromisoformat(when)
        return super().handed_in(learner)

    def commit(
        self, gradebook: Gradebook, marked: Marked
    ) -> tuple[dict[str, Any], tuple[Change, ...]]:
        """Store a submission and keep it as the one that counts."""
        when = self.handed_in(marked.learner)
        marked.record["handed_in"] = None if when is None else when.isoformat()
        stored = super().commit(gradebook, marked)
        path = self._path(marked.learner)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = path.with_suffix(".part")
        partial.write_bytes(marked.pack())
        partial.replace(path)
        return stored

    def _if_better(
        self, gradebook: Gradebook, marked: Marked
    ) -> tuple[dict[str, Any], tuple[Change, ...]]:
        record = read_result(self.root, self.lesson.id, marked.learner)
        if record is None or record["submission"] == marked.record["submission"]:
            return self.commit(gradebook, marked)
        when, rule = record.get("handed_in"), settings.penalty(self._config)
        earlier = None if when is None else datetime.fromisoformat(when)
        due, learner = _due(gradebook, self.lesson.id, marked.learner), marked.learner
        first = worth(record["mark"], earlier, due, learner, rule)
        second = worth(marked.record["mark"], self.handed_in(learner), due, learner, rule)
        if second >= first:
            return self.commit(gradebook, marked)
        lost = record.get("lost", {}) | {marked.record["submission"]: marked.record["mark"]}
        note = f"A later submission earned {second:g}; this earlier one, with {first:g}, counts."
        notes = [*(n for n in record["notes"] if not n.startswith("A later submission")), note]
        write_result(self.root, record | {"lost": lost, "notes": notes})
        return record | {"notes": notes}, ()

    def _kept(self, learner: str) -> Marked | None:
        path = self._path(learner)
        return Marked.unpack(path.read_bytes()) if path.is_file() else None

    def _path(self, learner: str) -> Path:
        name = f"{learner.replace('/', '_')}.marked"
        return self.root / ".rungs" / "kept" / self.lesson.id / name


def worth(
    mark: float, when: datetime | None, due: datetime | None, learner: str, rule: Penalty
) -> float:
    """Return what a submission's automatic mark is worth, lateness included."""
    late = (when - due).total_seconds() if when is not None and due is not None else 0.0
    taken = rule(learner, mark, late) if late > 0 else None
    return max(0.0, mark - (taken or 0.0))


def _due(gradebook: Gradebook, lesson_id: str, learner: str) -> datetime | None:
    assignment = gradebook.find_assignment(lesson_id)
    if assignment.duedate is None:
        return None
    try:
        due: datetime = gradebook.find_submission(lesson_id, learner).duedate
    except MissingEntry:
        due = assignment.duedate
    return due
