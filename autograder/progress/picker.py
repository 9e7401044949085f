"""Pick a path: where from, where to, how many hours; and what that means in weeks.

`itinerary` is the plain function, `path_picker` the same with controls. Both
leave out what the record says is finished, unless asked otherwise.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from autograder import content
from autograder.career import paths, planned_lessons
from autograder.career.calendar import Calendar, lay_out
from autograder.career.plan import Plan
from autograder.career.records import Route
from autograder.errors import RungsError
from autograder.judging import session
from autograder.progress.standing import standing

__all__ = ["Itinerary", "itinerary", "path_picker"]

_CELL = "text-align:left;vertical-align:top;line-height:1.5;padding:.25rem .9rem .25rem 0"


@dataclass(frozen=True, repr=False)
class Itinerary:
    """A path with its weeks; shown as a table in a notebook, as text elsewhere."""

    route: Route
    hours: float
    calendar: Calendar
    titles: dict[str, str]
    left_out: tuple[str, ...] = ()

    def __str__(self) -> str:
        lines = [self.summary()]
        for week in self.calendar.weeks:
            parts = ", ".join(self._portion(p.lesson, p.minutes, p.ends) for p in week.portions)
            lines.append(f"  week {week.number}, from {week.begins}: {parts}")
        return "\n".join([*lines, *self._waiting()])

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr>{_cell(str(week.number))}{_cell(str(week.begins))}"
            + _cell(
                "<br>".join(
                    escape(self._portion(p.lesson, p.minutes, p.ends)) for p in week.portions
                )
            )
            + "</tr>"
            for week in self.calendar.weeks
        )
        heads = "".join(
            f"<th scope='col' style='{_CELL}'>{name}</th>" for name in ("Week", "From", "Lessons")
        )
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        waiting = "".join(f"<p>{escape(line)}</p>" for line in self._waiting())
        return f"<p>{escape(self.summary())}</p>{table if rows else ''}{waiting}"

    def summary(self) -> str:
        """Say in one sentence how long it takes."""
        if not self.calendar.weeks:
            return f"{self.route.title}: nothing is left to do of what is ready today."
        weeks, hours = len(self.calendar.weeks), self.calendar.minutes / 60
        return (
            f"{self.route.title}: {hours:.1f} hours of lessons, "
            f"{weeks} week{'s' if weeks > 1 else ''} at {self.hours:g} hours, "
            f"until {self.calendar.ends}."
        )

    def _portion(self, lesson: str, minutes: int, ends: bool) -> str:
        return f"{lesson[:2]} {self.titles[lesson]} ({minutes} min{'' if ends else ', goes on'})"

    def _waiting(self) -> list[str]:
        waiting, left_out = (
            ", ".join(lesson[:2] for lesson in lessons)
            for lessons in (self.calendar.waiting, self.left_out)
        )
        lines = [f"Planned for this path and not written yet: {waiting}."] if waiting else []
        if left_out:
            lines.append(
                f"Left out as the placement recommends: {left_out}. A placement tests nobody out: "
                "a lesson is finished when its own tasks are solved."
            )
        return lines


def _cell(content: str) -> str:
    return f"<td style='{_CELL}'>{content}</td>"


def itinerary(
    path: str,
    hours: float = 8,
    begins: date | None = None,
    skip: Collection[str] | None = None,
    placement: str | None = None,
) -> Itinerary:
    """Lay a path out in weeks.

    `path` is a path's id or the role it starts from, `skip` the lessons to
    leave out (by default those that your record calls finished), `begins` the
    first day (today), `placement` the lesson that the placement test
    recommends to start with. Raise `RungsError` for an unknown path, with the
    known, for an unknown lesson, and for hours that are no number.
    """
    route = _route(path)
    if not isinstance(hours, int | float):
        raise RungsError(f"Say how many hours a week you have, such as hours=4, not {hours!r}.")
    if skip is None:
        skip = {one.lesson.id for one in standing().lessons if one.finished}
    plan = Plan(content.course(), planned_lessons())
    before = _before(plan.lesson(placement).id, route.lessons) if placement else ()
    calendar = lay_out(route.lessons, plan, hours, begins or date.today(), {*skip, *before})
    titles = {lesson.id: lesson.title for lesson in plan.planned}
    return Itinerary(route, hours, calendar, titles, before)


def path_picker() -> Any:
    """Return the controls: a path, hours, a first day, what to leave out; the plan below.

    None where marks are made: nobody is there to pick.
    """
    if session.seat() == "official":
        return None
    import ipywidgets as widgets  # type: ignore[import-untyped]  # has no types

    from autograder.placement import recommended  # brings numpy

    options = [(route.title, route.id) for route in paths()]
    wide = widgets.Layout(width="28rem", max_width="97%")  # a phone's width is less
    named = {"style": {"description_width": "8rem"}, "layout": wide}
    path = widgets.Dropdown(options=options, description="Path", **named)
    hours = widgets.BoundedFloatText(
        value=8, min=0.5, max=60, step=0.5, description="Hours a week", **named
    )
    begins = widgets.DatePicker(value=date.today(), description="First day", **named)
    again = widgets.Checkbox(value=False, description="Include finished lessons", **named)
    placed = recommended()
    from_there = widgets.Checkbox(
        value=placed is not None, description=f"Begin with {placed or ''} (placement)", **named
    )
    offered = [from_there] if placed else []
    shown = widgets.HTML()

    def show(_: Any = None) -> None:
        skip: tuple[str, ...] | None = () if again.value else None
        try:
            start = placed if from_there.value else None
            found = itinerary(path.value, hours.value, begins.value, skip, start)
            shown.value = found._repr_html_()
        except RungsError as error:
            shown.value = f"<p>{escape(str(error))}</p>"

    for control in (path, hours, begins, again, from_there):
        control.observe(show, names="value")
    show()
    return widgets.VBox([path, hours, begins, again, *offered, shown])


def _before(start: str, lessons: Sequence[str]) -> tuple[str, ...]:
    """Return what of a path comes before a lesson; by the plan's order where it is not on it."""
    if start in lessons:
        return tuple(lessons[: lessons.index(start)])
    return tuple(lesson for lesson in lessons if lesson < start)


def _route(name: str) -> Route:
    wanted = name.strip().lower()
    for route in paths():
        if wanted in (route.id, route.origin.lower(), route.title.lower()):
            return route
    raise RungsError(
        f"There is no path {name!r}. Name one of these: "
        + ", ".join(f"{route.origin} ({route.id})" for route in paths())
        + "."
    )
