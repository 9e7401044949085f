"""The page of one path from a role to a rung."""

from __future__ import annotations

from autograder.career import tables
from autograder.career.links import link, numbers, standing
from autograder.career.markdown import cite, escape, span
from autograder.career.plan import Plan
from autograder.career.records import Months, Route
from autograder.career.template import fill

__all__ = ["route_page"]


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
                *(["yes" if lesson.id in route.test_out else "no"] if route.test_out else []),
            )
        )
    return fill(
        "path",
        path=route,
        goal=next(rung for rung in tables.ladder() if rung.id == route.goal),
        tally=standing(route.lessons, plan),
        months=[_months(stated) for stated in route.months],
        lessons=rows,
        artefacts=[
            (escape(made.text), numbers(made.lessons, plan), cite(made.ref))
            for made in route.artefacts
        ],
    )


def _months(stated: Months) -> tuple[str, str, str]:
    words = f"{span(stated.low, stated.high)}"
    if stated.stated:
        words += f" (“{stated.stated}”)"
    return words, stated.where, cite(stated.ref)
