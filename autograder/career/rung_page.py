"""The page of one rung."""

from __future__ import annotations

from autograder.career import tables
from autograder.career.coverage import cover
from autograder.career.figures import pay_figure
from autograder.career.links import address, name, numbers, standing, tally
from autograder.career.markdown import cite, escape, lower_first, span
from autograder.career.plan import Plan
from autograder.career.records import Competency, PlannedLesson, Rung
from autograder.career.template import fill

__all__ = ["rung_page"]

_NOT_BY_CODE = {"rubric": "*By rubric.*", "taught": "*Taught only.*"}


def rung_page(rung: Rung, plan: Plan) -> str:
    """Render a rung: scope, lessons with their competencies, indicators, interviews, pay."""
    lessons = [lesson for lesson in tables.planned_lessons() if lesson.rung == rung.id]
    rows = [row for row in tables.competencies() if row.rung == rung.id]
    return fill(
        "rung",
        rung=rung,
        tally=standing([lesson.id for lesson in lessons], plan) + f"\n{tally(rows, plan)}",
        ways=[
            f"[{lower_first(route.title)}](../paths/{route.id}.md)"
            for route in tables.paths()
            if route.goal == rung.id
        ],
        lessons=[_lesson_part(lesson, plan) for lesson in lessons],
        **_demands(rung, plan),
        **_market(rung),
    )


def _lesson_part(lesson: PlannedLesson, plan: Plan) -> dict[str, object]:
    summary = f"{escape(lesson.builds)}."
    if plan.stands(lesson.id):
        link = f"[Open the lesson]({address(lesson.id)})"
        summary += f"\n{link}: {plan.minutes(lesson.id)} minutes."
    else:
        summary += "\nPlanned."
    planned = [row for row in tables.competencies() if row.planned_lesson == lesson.id]
    if not planned:
        also = ", ".join(lesson.also.split())
        summary += f"\nPractises {also}, listed under another lesson."
    return {
        "heading": name(lesson),
        "summary": summary,
        "rows": "\n".join(_row(row, plan) for row in planned),
    }


def _row(row: Competency, plan: Plan) -> str:
    text = f"**{row.id}** {escape(row.competency)}."
    parts = [text, _practised(row, plan), _NOT_BY_CODE.get(row.assessed, ""), escape(row.reason)]
    return "- " + " ".join(filter(None, parts))


def _practised(row: Competency, plan: Plan) -> str:
    claims = cover(plan, row).tasks
    if not claims:
        waiting = plan.stands(row.planned_lesson) and row.assessed != "taught"
        return "No task yet." if waiting else ""
    done = []
    for lesson, tasks in claims.items():
        where = "" if lesson == row.planned_lesson else f" in {numbers([lesson], plan)}"
        done.append(", ".join(f"`{task}`" for task in tasks) + where)
    return f"Practised by {'; '.join(done)}."


def _demands(rung: Rung, plan: Plan) -> dict[str, object]:
    senior = rung.id == "senior"
    return {
        "kpis": [
            (
                kpi.name,
                f"{escape(kpi.formula)} ({escape(kpi.unit)})",
                escape(kpi.target),
                kpi.frequency,
                numbers(kpi.lessons, plan),
                cite(kpi.ref),
            )
            for kpi in tables.indicators()
            if rung.id in kpi.rungs
        ],
        "interviews": [
            (
                exercise.title,
                span(*exercise.minutes) if exercise.minutes else "not given",
                escape(exercise.task),
                escape(exercise.bar),
                numbers(exercise.lessons, plan),
                cite(exercise.ref),
            )
            for exercise in tables.exercises()
            if rung.id in exercise.rungs
        ],
        "criteria": [
            (c.dimension, c.meets_bar, c.weight, numbers(c.lessons, plan), cite(c.ref))
            for c in tables.scorecard()
            if senior
        ],
        "flags": tables.red_flags() if senior else (),
    }


def _market(rung: Rung) -> dict[str, object]:
    pay = tables.salaries()
    bands = [band for band in pay.bands if band.rung == rung.id]
    notes = [s for s in (*pay.disagreements, *pay.headlines) if rung.id in s.rungs]
    return {
        "bands": [
            (
                f"{band.role}, {lower_first(band.level)}",
                band.years or "not given",
                band.market,
                f"{band.low_kusd} to {band.high_kusd}",
                escape("; ".join(filter(None, (band.measure, band.note)))),
                band.year,
                cite(band.ref),
            )
            for band in bands
        ],
        "pay_figure": pay_figure(rung, bands),
        "pay_notes": notes,
    }
