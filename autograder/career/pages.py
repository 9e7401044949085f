"""The book's pages of the ladder and the paths, rendered from the career data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath

from autograder.career import tables
from autograder.career.coverage import STANDINGS, Coverage, matrix
from autograder.career.figures import map_figure
from autograder.career.links import link, numbers, tally
from autograder.career.markdown import cite, escape, lower_first, span
from autograder.career.plan import Plan
from autograder.career.records import Competency, Route, Rung
from autograder.career.route_page import route_page
from autograder.career.rung_page import rung_page
from autograder.career.template import fill
from autograder.manifest import Lesson, read_course

__all__ = ["render_pages"]

_LADDER = PurePosixPath("book/ladder")
_PATHS = PurePosixPath("book/paths")


def render_pages(root: Path) -> dict[PurePosixPath, bytes]:
    """Render all pages by path from the root; links go to lessons that course.yaml lists."""
    plan = Plan(read_course(root / "notebooks" / "course.yaml"), tables.planned_lessons())
    pages = {
        _LADDER / "index.md": _ladder(plan),
        _LADDER / "named.md": _named(),
        _LADDER / "coverage.md": _coverage(plan),
        _LADDER / "not_graded.md": _not_graded(plan),
        _LADDER / "map.md": _map(plan),
        _LADDER / "roles.md": _roles(),
        _PATHS / "index.md": _paths(plan),
    }
    for rung in tables.ladder():
        pages[_LADDER / f"{rung.id}.md"] = rung_page(rung, plan)
    for route in tables.paths():
        pages[_PATHS / f"{route.id}.md"] = route_page(route, plan)
    return {path: text.encode() for path, text in pages.items()}


def _ladder(plan: Plan) -> str:
    rows = tables.competencies()
    return fill(
        "ladder",
        rungs=[_ladder_row(rung, plan) for rung in tables.ladder()],
        tally=tally(rows, plan),
    )


def _ladder_row(rung: Rung, plan: Plan) -> tuple[object, ...]:
    lessons = [lesson.id for lesson in tables.planned_lessons() if lesson.rung == rung.id]
    return (
        f"[{rung.title}]({rung.id}.md)",
        lower_first(rung.owns),
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
    return fill(
        "named",
        worth=f"{papers.worth.text} ({cite(papers.worth.ref)}).",
        tools=[
            (tool.category, escape(", ".join(tool.tools)), tool.standing, cite(tool.ref))
            for tool in tables.tools()
        ],
        certificates=[
            (
                escape(paper.name),
                escape(paper.by or "not given"),
                _titles(paper.rungs),
                cite(paper.ref),
            )
            for paper in papers.certifications
        ],
        readings=[
            (
                escape(r.name),
                escape(r.by),
                f"{r.year or ''} {r.ours}".strip() or "none",
                cite(r.ref),
            )
            for r in papers.readings
        ],
    )


def _roles() -> str:
    found = tables.roles()
    return fill(
        "roles",
        roles=found.roles,
        rows=[
            (
                role.title,
                escape(role.does.text),
                escape(role.interview.text),
                cite(" ".join(dict.fromkeys((role.does.ref, role.interview.ref)))),
            )
            for role in found.roles
        ],
        not_to_hire=found.not_to_hire,
        exception=found.exception,
        remarks=found.remarks,
    )


def _map(plan: Plan) -> str:
    return fill("map", figure=map_figure(plan), rows=[_map_row(x, plan) for x in plan.course.ready])


def _map_row(lesson: Lesson, plan: Plan) -> tuple[str, ...]:
    after = [
        other.id
        for other in plan.course.ready
        if lesson.id in (*other.prerequisites, *other.soft_prerequisites)
    ]
    return (
        link(plan.lesson(lesson.id), plan),
        numbers(lesson.prerequisites, plan) or "none",
        numbers(lesson.soft_prerequisites, plan) or "none",
        numbers(after, plan) or "none yet",
    )


def _coverage(plan: Plan) -> str:
    lines = matrix(plan, tables.competencies())
    return fill(
        "coverage",
        counts=_counts(lines, plan),
        lines=[_coverage_row(line, plan) for line in lines],
    )


def _counts(lines: Sequence[Coverage], plan: Plan) -> list[tuple[str, str]]:
    """Count what decides; a row that is only taught may still wait for its lesson."""
    by = Counter(line.standing for line in lines)
    told = {standing: str(by[standing]) for standing in STANDINGS}
    taught = [line.row.planned_lesson for line in lines if line.standing == "taught"]
    there = sum(map(plan.stands, taught))
    told["taught"] += f": {there} today, {len(taught) - there} in planned lessons"
    return [(words.capitalize(), told[standing]) for standing, words in STANDINGS.items()]


def _coverage_row(line: Coverage, plan: Plan) -> tuple[str, ...]:
    done = [
        f"{numbers([lesson], plan)} {', '.join(f'`{task}`' for task in tasks)}"
        for lesson, tasks in line.tasks.items()
    ]
    said = f"{escape(line.row.competency)}."
    if line.row.reason:
        said += f" *{escape(line.row.reason)}*"
    where = "; ".join(done) or numbers([line.row.planned_lesson], plan)
    return (line.row.id, said, STANDINGS[line.standing], where, _titles([line.row.rung]))


def _not_graded(plan: Plan) -> str:
    rows = tables.competencies()
    return fill(
        "not_graded",
        all=len(rows),
        taught=[_reason_row(row, plan) for row in rows if row.assessed == "taught"],
        rubric=[_reason_row(row, plan) for row in rows if row.assessed == "rubric"],
    )


def _reason_row(row: Competency, plan: Plan) -> tuple[str, ...]:
    where = numbers([row.planned_lesson], plan)
    return (row.id, f"{escape(row.competency)}.", escape(row.reason), where, _titles([row.rung]))


def _titles(rungs: Iterable[str]) -> str:
    return ", ".join(rung.title for rung in tables.ladder() if rung.id in rungs)


def _paths(plan: Plan) -> str:
    return fill(
        "paths",
        rows=[
            (
                f"[{route.title}]({route.id}.md)",
                "; ".join(f"{span(m.low, m.high)} ({m.where}, {m.ref})" for m in route.months)
                or "not given",
                len(route.lessons),
                sum(map(plan.stands, route.lessons)),
                _tested_out(route, plan),
            )
            for route in tables.paths()
        ],
    )


def _tested_out(route: Route, plan: Plan) -> str:
    """List what can be skipped after its tasks: today's lessons, then those still to be written."""
    later = [lesson for lesson in route.test_out if not plan.stands(lesson)]
    today = [lesson for lesson in route.test_out if plan.stands(lesson)]
    parts = (numbers(today, plan), f"later {numbers(later, plan)}" if later else "")
    return "; ".join(filter(None, parts)) or "none"
