"""What every row of a lesson gets on the practice cases, replayed once for all tests that ask."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from autograder import content
from autograder.authoring.misconceptions import CASES
from autograder.authoring.recordings import Recording, record
from autograder.authoring.room import Limits, Room, Submission

__all__ = ["outcomes", "recorded"]

_told = dict[str, dict[Submission, list[list[Any]]]]()


@lru_cache(maxsize=1)  # what crossed the channel is large; what came of it is not
def recorded(lesson_id: str) -> dict[Submission, tuple[Recording, ...]]:
    """Replay a lesson's stubs, references and entries on as many cases as a check shows."""
    room = Room.open(content.course().lesson(lesson_id))
    wanted = [s for task in room.lesson.tasks for s in room.submissions(task)]
    found = record(room, wanted, CASES, Limits(jobs=2))
    _told[lesson_id] = {row: [one.outcome for one in taped] for row, taped in found.items()}
    return found


@cache
def outcomes(lesson_id: str) -> dict[Submission, list[list[Any]]]:
    """Give each row's score and steps, case by case; see `recordings.outcome`."""
    if lesson_id not in _told:
        recorded(lesson_id)
    return _told[lesson_id]
