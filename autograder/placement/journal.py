"""One placement test as the learner's record keeps it: what was asked, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from autograder.judging.attempts import Attempts
from autograder.placement.adaptive import Belief, model
from autograder.placement.records import Task

__all__ = ["Answer", "Journal", "Outcome"]

Outcome = Literal["solved", "failed", "skipped"]

_ASKED = "asked"


@dataclass(frozen=True)
class Answer:
    """One task that was asked and closed; `minutes` are those that count."""

    task: Task
    outcome: str
    minutes: float


class Journal:
    """Follow one sitting; without a record it lasts as long as this object.

    Everything follows from the entries, so that a restarted kernel goes on
    where the test stood.
    """

    def __init__(
        self,
        record: Attempts | None,
        again: bool = False,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._record, self._clock = record, clock
        known = {task.id for task in model().parameters.tasks}
        rows = [row for row in (record.placements() if record else ()) if row[2] in known]
        self.sitting = max((row[1] for row in rows), default=1)
        self._entries = [row for row in rows if row[1] == self.sitting]
        if again and self._entries:
            self.sitting, self._entries = self.sitting + 1, []

    def answers(self) -> tuple[Answer, ...]:
        """Return the closed tasks, in order."""
        tasks = {task.id: task for task in model().parameters.tasks}
        asked: dict[str, float] = {}
        found = []
        for when, _, name, event in self._entries:
            if event == _ASKED:
                asked[name] = when
            else:
                took = max(0.0, when - asked.get(name, when)) / 60
                found.append(Answer(tasks[name], event, tasks[name].counted(took)))
        return tuple(found)

    def belief(self) -> Belief:
        """Return what the answers say; a skipped task is one that was not solved."""
        belief = model().before()
        for answer in self.answers():
            belief = belief.after(answer.task.id, answer.outcome == "solved")
        return belief

    def minutes_left(self) -> float:
        """Return what is left for further tasks."""
        return model().parameters.minutes - sum(answer.minutes for answer in self.answers())

    def task(self) -> Task | None:
        """Return the task that waits for an answer, or would be asked next; None at the end."""
        if self._waits():
            name = self._entries[-1][2]
            return next(task for task in model().parameters.tasks if task.id == name)
        answered = [answer.task.id for answer in self.answers()]
        return self.belief().next_task(answered, self.minutes_left())

    def ask(self) -> Task | None:
        """Return the task that waits for an answer, and note when it was first shown."""
        task = self.task()
        if task and not self._waits():
            self._keep(task, _ASKED)
        return task

    def close(self, task: Task, outcome: Outcome) -> None:
        """Note what came of a task that was asked."""
        self._keep(task, outcome)

    def _waits(self) -> bool:
        return bool(self._entries) and self._entries[-1][3] == _ASKED

    def _keep(self, task: Task, event: str) -> None:
        entry = (self._clock(), self.sitting, task.id, event)
        self._entries.append(entry)
        if self._record:
            self._record.keep_placement(*entry)
