"""A path laid out in weeks: which lesson when, at so many hours a week."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from autograder.career.plan import Plan
from autograder.errors import RungsError

__all__ = ["Calendar", "Portion", "Week", "lay_out"]

MOST_HOURS = 60


@dataclass(frozen=True)
class Portion:
    """Some minutes of one lesson in one week; `ends` tells that it is finished then."""

    lesson: str
    minutes: int
    ends: bool


@dataclass(frozen=True)
class Week:
    """One week of study, from the day it begins; weeks are numbered from 1."""

    number: int
    begins: date
    portions: tuple[Portion, ...]


@dataclass(frozen=True)
class Calendar:
    """The weeks, and the lessons of the path that nobody has written yet."""

    weeks: tuple[Week, ...]
    waiting: tuple[str, ...]

    @property
    def minutes(self) -> int:
        """Add up all minutes."""
        return sum(portion.minutes for week in self.weeks for portion in week.portions)

    @property
    def ends(self) -> date | None:
        """Return the last day of the last week, None where there is nothing to do."""
        return self.weeks[-1].begins + timedelta(days=6) if self.weeks else None


def lay_out(
    lessons: Sequence[str],
    plan: Plan,
    hours: float,
    begins: date,
    skip: Collection[str] = (),
) -> Calendar:
    """Fill weeks of `hours` with the lessons that stand, in order, those in `skip` left out.

    Minutes are what each lesson states; they were not measured on people. A
    lesson that does not fit goes on in the next week. Raise `RungsError` for
    hours that are none.
    """
    if not 0.5 <= hours <= MOST_HOURS:
        raise RungsError(f"{hours:g} hours a week cannot be planned: 0.5 to {MOST_HOURS} can.")
    room = whole = round(hours * 60)
    weeks: list[list[Portion]] = []
    for lesson in lessons:
        left = 0 if lesson in skip else plan.minutes(lesson)
        while left:
            if not weeks or not room:
                weeks.append([])
                room = whole
            took = min(left, room)
            left, room = left - took, room - took
            weeks[-1].append(Portion(lesson, took, ends=not left))
    return Calendar(
        tuple(
            Week(number, begins + timedelta(weeks=number - 1), tuple(portions))
            for number, portions in enumerate(weeks, start=1)
        ),
        tuple(one for one in lessons if one not in skip and not plan.stands(one)),
    )
