"""A path in weeks: nothing lost, nothing too full, nothing out of order."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder import career, content
from autograder.career.calendar import lay_out
from autograder.career.plan import Plan
from autograder.career.records import Route
from autograder.errors import RungsError

PLAN = Plan(content.course(), career.planned_lessons())
ROUTES = career.paths()
START = date(2031, 1, 6)


@given(st.sampled_from(ROUTES), st.floats(0.5, 60), st.sets(st.integers(0, 40)))
def test_every_minute_is_planned_once(route: Route, hours: float, left_out: set[int]) -> None:
    """Minutes add up to the lessons', no week is over its hours, and only the last has room."""
    skip = {one for number, one in enumerate(route.lessons) if number in left_out}
    found = lay_out(route.lessons, PLAN, hours, START, skip)
    wanted = {one: PLAN.minutes(one) for one in route.lessons if one not in skip}
    planned: dict[str, int] = {}
    for week in found.weeks:
        filled = sum(portion.minutes for portion in week.portions)
        assert filled <= round(hours * 60)
        assert filled == round(hours * 60) or week is found.weeks[-1]
        assert week.begins == START + timedelta(weeks=week.number - 1)
        for portion in week.portions:
            planned[portion.lesson] = planned.get(portion.lesson, 0) + portion.minutes
            assert portion.ends == (planned[portion.lesson] == wanted[portion.lesson])
    assert planned == {one: minutes for one, minutes in wanted.items() if minutes}
    assert list(planned) == [one for one in route.lessons if one in planned]
    assert set(found.waiting) == {one for one, minutes in wanted.items() if not minutes}


@pytest.mark.parametrize("hours", [0, -1, 61, float("nan")])
def test_hours_that_are_none_are_refused(hours: float) -> None:
    """The sentence says what can be planned."""
    with pytest.raises(RungsError, match=r"0\.5 to 60 can"):
        lay_out(ROUTES[0].lessons, PLAN, hours, START)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.id)
def test_a_learner_who_follows_a_path_meets_what_a_lesson_needs_first(route: Route) -> None:
    """Walked in order, each lesson's prerequisites are behind, or are entry skills of the path."""
    seen: set[str] = set()
    own = set(route.lessons)
    for one in route.lessons:
        assert PLAN.lesson(one).id == one
        assert one not in seen
        if PLAN.stands(one):
            lesson = content.course().lesson(one)
            needed = {*lesson.prerequisites, *lesson.soft_prerequisites} & own
            assert needed <= seen, f"{one} comes before {sorted(needed - seen)}"
        seen.add(one)
