"""Judge right records by the pack alone, as a check does: every open step must pass."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autograder.authoring.forks import Emit
from autograder.authoring.room import Limits, Room, Submission, replay
from autograder.authoring.trials import truth_seeds
from autograder.judging import InProcess, Judge
from autograder.judging.case import case_judge, open_score
from autograder.manifest import Task

__all__ = ["CASES", "closed_to_readers"]

CASES = 5


def closed_to_readers(room: Room, tasks: Iterable[Task], limits: Limits) -> Iterator[str]:
    """Name the right rows of case tasks that a check would not pass, and why."""
    rows = (row for task in tasks if task.case for row in room.submissions(task))
    wanted = [row for row in rows if row.seat in ("reference", "right")]

    def run(submission: Submission, judge: Judge, transport: InProcess, emit: Emit) -> None:
        for seed in truth_seeds(room.lesson.id, submission.task.id, CASES):
            public = case_judge(judge).stage(seed).public
            opened = open_score(judge, transport, public)
            if not opened.score.full:
                emit(f"on seed {seed}: {opened.score.reason}")

    for row, emitted, ended in replay(room, wanted, run, limits):
        for problem in [*emitted[:1], ended]:
            if problem:
                yield f"{row.task.id}, {row.name}, by the pack alone: {problem}"
