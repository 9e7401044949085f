"""Render the book's page for each rung and each path from the career data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from jinja2 import Environment, PackageLoader, StrictUndefined

from autograder.career import tables
from autograder.career.markdown import escape, table
from autograder.career.plan import Plan
from autograder.career.records import Competency, Months, PlannedLesson, Rung, Statement, Years
from autograder.career.records import Path as Route
from autograder.manifest import read_course

__all__ = ["render_pages"]

_LADDER = PurePosixPath("book/ladder")
_PATHS = PurePosixPath("book/paths")
_NOTEBOOK = "../../notebooks/release/{id}/{id}.ipynb"
_SOURCE = re.compile(r"\bS\d\b")
_REFERENCE = re.compile(r"\bS\d:\d+")


def render_pages(root: Path) -> dict[PurePosixPath, bytes]:
    """Render all pages by path from the root; links go to lessons that course.yaml lists."""
    plan = Plan(read_course(root / "notebooks" / "course.yaml"), tables.planned_lessons())
    pages = {
        _LADDER / "index.md": _ladder(plan),
        _LADDER / "named.md": _named(),
        _PATHS / "index.md": _paths(plan),
    }
    for rung in tables.ladder():
        pages[_LADDER / f"{rung.id}.md"] = _rung(rung, plan)
    for route in tables.paths():
        pages[_PATHS / f"{route.id}.md"] = _route(route, plan)
    return {path: text.encode() for path, text in pages.items()}


def _statements(said: Iterable[Statement | Years]) -> list[tuple[str, str]]:
    return [(escape(s.text), s.ref) for s in said]


def _source_rows(cited: Iterable[str]) -> list[tuple[str, str, str]]:
    rows = []
    for source in tables.sources():
        if source.id in cited:
            home = f", {source.publisher}" if source.publisher else ""
            said = f"{source.title}{home} ({source.kind}). {source.remark}"
            rows.append((source.id, escape(said), f"{source.date} {source.date_is}".strip()))
    return rows


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _environment() -> Environment:
    # Markdown, not HTML: autoescaping would write entities into the text.
    env = Environment(
        loader=PackageLoader("autograder.career"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )
    env.globals.update(table=table, statements=_statements, source_rows=_source_rows)
    env.filters.update(md=escape, lower_first=_lower_first)
    return env


_TEMPLATES = _environment()


def _page(template: str, **content: object) -> str:
    made = _TEMPLATES.get_template(f"{template}.md.j2")
    # Rendered twice: the list of sources needs to know what the body cites.
    body = made.render(cited=[], example="", **content)
    example = _REFERENCE.search(body)
    cited = set(_SOURCE.findall(body))
    text = made.render(cited=cited, example=example[0] if example else "", **content)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _name(lesson: PlannedLesson) -> str:
    return f"{lesson.number} {escape(lesson.title)}"


def _link(lesson: PlannedLesson, plan: Plan) -> str:
    if plan.stands(lesson.id):
        return f"[{_name(lesson)}]({_NOTEBOOK.format(id=lesson.id)})"
    return _name(lesson)


def _numbers(ids: Iterable[str], plan: Plan) -> str:
    def one(lesson_id: str) -> str:
        number = lesson_id[:2]
        standing = plan.stands(lesson_id)
        return f"[{number}]({_NOTEBOOK.format(id=lesson_id)})" if standing else number

    return ", ".join(one(lesson_id) for lesson_id in ids)


def _shown_by(row: Competency, plan: Plan) -> str:
    shown: str = row.assessed
    claims = plan.claims(row.id)
    if claims:
        work = "; ".join(
            f"{_numbers([lesson], plan)} {', '.join(f'`{task}`' for task in tasks)}"
            for lesson, tasks in claims.items()
        )
        shown = f"{shown}: {work}"
    elif plan.stands(row.planned_lesson) and row.assessed != "taught":
        shown = f"{shown}; no task yet"
    return f"{shown}. {escape(row.reason)}" if row.reason else shown


def _rows(rows: Iterable[Competency], plan: Plan) -> list[tuple[str, str, str]]:
    return [(row.id, escape(row.competency), _shown_by(row, plan)) for row in rows]


def _lesson_part(lesson: PlannedLesson, plan: Plan) -> dict[str, object]:
    summary = f"{escape(lesson.builds)}."
    if plan.stands(lesson.id):
        link = f"[Open the lesson]({_NOTEBOOK.format(id=lesson.id)})"
        summary += f"\n{link}: {plan.minutes(lesson.id)} minutes."
    else:
        summary += "\nPlanned."
    planned = [row for row in tables.competencies() if row.planned_lesson == lesson.id]
    if not planned:
        also = ", ".join(lesson.also.split())
        summary += f"\nPractises {also}, listed under another lesson."
    return {"heading": _name(lesson), "summary": summary, "rows": _rows(planned, plan)}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _standing(ids: Sequence[str], plan: Plan) -> str:
    there = [lesson for lesson in ids if plan.stands(lesson)]
    if not there:
        return f"{_count(len(ids), 'lesson')}, none of which stands yet."
    minutes = sum(plan.minutes(lesson) for lesson in there)
    return (
        f"{_count(len(ids), 'lesson')}, of which {len(there)} "
        f"{'stands' if len(there) == 1 else 'stand'} now ({minutes} minutes)."
    )


def _rung(rung: Rung, plan: Plan) -> str:
    lessons = [lesson for lesson in tables.planned_lessons() if lesson.rung == rung.id]
    rows = [row for row in tables.competencies() if row.rung == rung.id]
    return _page(
        "rung",
        rung=rung,
        tally=_standing([lesson.id for lesson in lessons], plan) + f"\n{_tally(rows)}",
        ways=[
            f"[{_lower_first(route.title)}](../paths/{route.id}.md)"
            for route in tables.paths()
            if route.goal == rung.id
        ],
        lessons=[_lesson_part(lesson, plan) for lesson in lessons],
        **_demands(rung, plan),
        **_market(rung),
    )


def _tally(rows: Sequence[Competency]) -> str:
    by = {how: sum(row.assessed == how for row in rows) for how in ("graded", "rubric", "taught")}
    noun = "competency" if len(rows) == 1 else "competencies"
    return (
        f"{len(rows)} {noun}: {by['graded']} graded, {by['rubric']} by rubric, "
        f"{by['taught']} taught only."
    )


def _demands(rung: Rung, plan: Plan) -> dict[str, object]:
    senior = rung.id == "senior"
    return {
        "kpis": [
            (
                kpi.name,
                f"{escape(kpi.formula)}, in {escape(kpi.unit)}",
                escape(kpi.target),
                kpi.frequency,
                _numbers(kpi.lessons, plan),
                kpi.ref,
            )
            for kpi in tables.indicators()
            if rung.id in kpi.rungs
        ],
        "interviews": [
            (
                exercise.title,
                _span(*exercise.minutes) if exercise.minutes else "not given",
                escape(exercise.task),
                escape(exercise.bar),
                _numbers(exercise.lessons, plan),
                exercise.ref,
            )
            for exercise in tables.exercises()
            if rung.id in exercise.rungs
        ],
        "criteria": [
            (c.dimension, c.meets_bar, c.weight, _numbers(c.lessons, plan), c.ref)
            for c in tables.scorecard()
            if senior
        ],
        "flags": _statements(tables.red_flags()) if senior else [],
    }


def _market(rung: Rung) -> dict[str, object]:
    pay = tables.salaries()
    notes = [s for s in (*pay.disagreements, *pay.headlines) if rung.id in s.rungs]
    return {
        "bands": [
            (
                band.role,
                band.level,
                band.years or "not given",
                band.market,
                band.low_kusd,
                band.high_kusd,
                escape("; ".join(filter(None, (band.measure, band.note)))),
                band.year,
                band.ref,
            )
            for band in pay.bands
            if band.rung == rung.id
        ],
        "pay_notes": _statements(notes),
    }


def _span(low: int, high: int) -> str:
    return str(low) if low == high else f"{low} to {high}"


def _months(stated: Months) -> tuple[str, str, str]:
    words = f"{_span(stated.low, stated.high)}"
    if stated.stated:
        words += f" (“{stated.stated}”)"
    return words, stated.where, stated.ref


def _route(route: Route, plan: Plan) -> str:
    rows = []
    for lesson in map(plan.lesson, route.lessons):
        again = " (again, on new cases)" if lesson.id in route.again else ""
        rows.append(
            (
                _link(lesson, plan) + again,
                escape(lesson.builds),
                plan.minutes(lesson.id) or "planned",
                *(["yes" if lesson.id in route.test_out else "no"] if route.test_out else []),
            )
        )
    return _page(
        "path",
        path=route,
        goal=next(rung for rung in tables.ladder() if rung.id == route.goal),
        tally=_standing(route.lessons, plan),
        months=[_months(stated) for stated in route.months],
        lessons=rows,
        artefacts=[
            (escape(made.text), _numbers(made.lessons, plan), made.ref) for made in route.artefacts
        ],
    )


def _ladder(plan: Plan) -> str:
    rows = tables.competencies()
    return _page(
        "ladder",
        rungs=[_ladder_row(rung, plan) for rung in tables.ladder()],
        total=len(rows),
        graded=sum(row.assessed == "graded" for row in rows),
        rubric=sum(row.assessed == "rubric" for row in rows),
        taught=sum(row.assessed == "taught" for row in rows),
    )


def _ladder_row(rung: Rung, plan: Plan) -> tuple[object, ...]:
    lessons = [lesson.id for lesson in tables.planned_lessons() if lesson.rung == rung.id]
    return (
        f"[{rung.title}]({rung.id}.md)",
        _lower_first(rung.owns),
        _years(rung),
        f"{sum(map(plan.stands, lessons))} of {len(lessons)}",
        sum(row.rung == rung.id for row in tables.competencies()),
    )


def _years(rung: Rung) -> str:
    said: dict[str, list[str]] = {}
    for years in rung.years:
        if years.low is not None:
            end = f" to {years.high}" if years.high else " or more"
            said.setdefault(f"{years.low}{end}", []).append(years.ref)
    return "; ".join(f"{span} ({', '.join(refs)})" for span, refs in said.items()) or "not given"


def _named() -> str:
    papers = tables.qualifications()
    return _page(
        "named",
        worth=f"{papers.worth.text} ({papers.worth.ref}).",
        tools=[
            (tool.category, escape(", ".join(tool.tools)), tool.standing, tool.ref)
            for tool in tables.tools()
        ],
        certificates=[
            (escape(paper.name), escape(paper.by or "not given"), _titles(paper.rungs), paper.ref)
            for paper in papers.certifications
        ],
        readings=[
            (escape(r.name), escape(r.by), f"{r.year or ''} {r.ours}".strip() or "none", r.ref)
            for r in papers.readings
        ],
    )


def _titles(rungs: Iterable[str]) -> str:
    return ", ".join(rung.title for rung in tables.ladder() if rung.id in rungs)


def _paths(plan: Plan) -> str:
    return _page(
        "paths",
        rows=[
            (
                f"[{route.title}]({route.id}.md)",
                "; ".join(f"{_span(m.low, m.high)} ({m.where}, {m.ref})" for m in route.months)
                or "not given",
                len(route.lessons),
                sum(map(plan.stands, route.lessons)),
                _numbers(route.test_out, plan),
            )
            for route in tables.paths()
        ],
    )
