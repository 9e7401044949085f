"""The page of one path from a role to a rung."""

from __future__ import annotations

from datetime import date
from itertools import zip_longest

from autograder.career import tables
from autograder.career.calendar import Week, lay_out
from autograder.career.links import link, numbers, standing
from autograder.career.markdown import cite, escape, span
from autograder.career.plan import Plan
from autograder.career.records import Months, Route
from autograder.career.template import fill

__all__ = ["route_page"]

HOURS = (4, 8, 12)  # a week
_ANY_DAY = date(2000, 1, 3)  # a page has weeks, and no dates


def route_page(route: Route, plan: Plan) -> str:
    """Render a path: what you bring, the gap, months by source, lessons in order, artefacts."""
    rows = []
    for lesson in map(plan.lesson, route.lessons):
        again = " (again, on new cases)" if lesson.id in route.again else ""
        rows.append(
            (
                link(lesson, plan) + again,
                escape(lesson.builds),
                plan.minutes(lesson.id) or "planned",
                *([_tested_out(lesson.id, route, plan)] if route.test_out else []),
            )
        )
    return fill(
        "path",
        path=route,
        goal=next(rung for rung in tables.ladder() if rung.id == route.goal),
        tally=standing(route.lessons, plan),
        months=[_months(stated) for stated in route.months],
        lessons=rows,
        hours=[f"{hours} hours a week" for hours in HOURS],
        weeks=_weeks(route, plan),
        artefacts=[
            (escape(made.text), numbers(made.lessons, plan), cite(made.ref))
            for made in route.artefacts
        ],
    )


def _tested_out(lesson: str, route: Route, plan: Plan) -> str:
    if lesson not in route.test_out:
        return "no"
    return "yes" if plan.stands(lesson) else "later"


def _weeks(route: Route, plan: Plan) -> list[tuple[object, ...]]:
    """Lay the path out at each pace: one row a week, the lessons by number."""
    calendars = [lay_out(route.lessons, plan, hours, _ANY_DAY).weeks for hours in HOURS]
    return [
        (number, *("" if week is None else _told(week) for week in row))
        for number, row in enumerate(zip_longest(*calendars), start=1)
    ]


def _told(week: Week) -> str:
    parts = [f"{one.lesson[:2]}{'' if one.ends else ' (begun)'}" for one in week.portions]
    return ", ".join(parts)


def _months(stated: Months) -> tuple[str, str, str]:
    words = f"{span(stated.low, stated.high)}"
    if stated.stated:
        words += f" (“{stated.stated}”)"
    return words, stated.where, cite(stated.ref)
