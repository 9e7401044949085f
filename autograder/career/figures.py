"""Figures of the career pages: what a rung pays, and which lesson builds on which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from autograder.career import tables
from autograder.career.links import address
from autograder.career.markdown import lower_first
from autograder.career.plan import Plan
from autograder.career.records import Band, PlannedLesson, Rung
from autograder.drawing import Plane, figure, text
from autograder.manifest import Lesson

__all__ = ["map_figure", "pay_figure"]

# Sources are told apart by colour, and by their code at the end of the row.
_COLOURS = {
    "S0": "var(--pst-color-text-base)",
    "S1": "var(--pst-color-inline-code)",
    "S4": "var(--pst-color-primary)",
}
_Spot = tuple[float, float]
_PAY_KUSD = (50, 450)  # one scale for all rungs, so that their pages compare
_ROW = 32
_BOX, _STEP = 29, 37
# Left edge and width of each rung's boxes; what comes after the ladder's middle shares a column.
_COLUMNS = {
    "onramp": (0, 186),
    "ai_engineer": (246, 214),
    "senior": (484, 258),
    "staff": (484, 258),
}


def pay_figure(rung: Rung, bands: Sequence[Band]) -> str:
    """Draw each band of a rung as a bar, in thousands of dollars a year; "" without bands."""
    if not bands:
        return ""
    rows = sorted(bands, key=lambda band: (band.source, band.year, band.low_kusd, band.role))
    plane = Plane(_PAY_KUSD, (0, len(rows)), width=330, height=_ROW * len(rows), left=414, top=12)
    ticks = [(value, str(value)) for value in range(100, _PAY_KUSD[1] + 1, 100)]
    drawn = [*_grid(plane, ticks), *plane.rulers(ticks, [])]
    for row, band in enumerate(rows):
        drawn += _bar(plane, band, len(rows) - row - 0.5)
    across = plane.left + plane.width / 2
    drawn.append(
        text(across, plane.top + plane.height + 50, "thousand US dollars a year", "middle")
    )
    low, high = min(b.low_kusd for b in rows), max(b.high_kusd for b in rows)
    sources = sorted({band.source for band in rows})
    return figure(
        f"pay-{rung.id}",
        (850, int(plane.top + plane.height + 62)),
        f"From {low} to {high} thousand dollars, by source, role and market",
        "; ".join(
            f"{_role(b)}: {b.low_kusd} to {b.high_kusd} ({b.source}, {b.year})" for b in rows
        ),
        drawn,
        f"Each bar is one band as {_listed(sources)} states it. "
        "Fact: the sources' own figures; they measure different things, as the table says.",
    )


def _grid(plane: Plane, ticks: Iterable[tuple[float, str]]) -> Iterator[str]:
    for value, _ in ticks:
        x, y = plane.at(value, plane.y[0])
        yield f'<path d="M{x:g} {y:g}v{-plane.height}" style="stroke:var(--rungs-line)"/>'


def _bar(plane: Plane, band: Band, level: float) -> Iterator[str]:
    (start, y), (end, _) = plane.at(band.low_kusd, level), plane.at(band.high_kusd, level)
    style = f"stroke:{_COLOURS[band.source]};stroke-width:13"
    yield f'<path d="M{start:g} {y:g}H{end:g}" style="{style}"/>'
    yield text(plane.left - 14, y + 5, _role(band), "end", quiet=False)
    yield text(plane.left + plane.width + 12, y + 5, f"{band.source}, {band.year[-4:]}")


def _role(band: Band) -> str:
    where = "" if band.market == "not stated" else f" ({band.market.split(', ')[0]})"
    role = band.role.replace("AI-augmented software engineer", "AI-augmented")
    level = (
        "" if band.level.split()[0] in role else f", {lower_first(band.level.removesuffix(' IC'))}"
    )
    return f"{role}{level}{where}"


def _listed(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def map_figure(plan: Plan) -> str:
    """Draw every lesson by rung, and a line from each to those that build on it.

    A lesson that stands is a link; with the focus on it, or the pointer, its lines stand out.
    """
    spots, heads = _places(plan)
    lines = [line for lesson in plan.course.ready for line in _needs(lesson)]
    drawn = [
        f"<style>{_lit({end for a, b, _ in lines for end in (a, b)})}</style>",
        *(text(x, y, title, quiet=False) for title, (x, y) in heads.items()),
        *(_line(spots, *line) for line in lines),
        *(_node(lesson, plan, spots[lesson.id]) for lesson in plan.planned),
    ]
    ready = sum(plan.stands(lesson.id) for lesson in plan.planned)
    return figure(
        "map",
        (742, int(max(y for _, y in spots.values())) + _STEP),
        f"{len(plan.planned)} lessons on four rungs, {ready} of them ready",
        "The table below says the same in words: for each lesson that is ready, "
        "what it needs and what it builds on.",
        drawn,
        "A strong frame is a lesson that is ready, and a link. "
        "A full line leads to a lesson that needs the first; a dashed one to a lesson "
        "that asks about it again, or is easier after it.",
        role="group",
        least=0.86,  # its letters are small, and its boxes are for fingers too
    )


def _places(plan: Plan) -> tuple[dict[str, _Spot], dict[str, _Spot]]:
    """Place each lesson and each rung's title, in pixels, one below the other."""
    free: dict[int, float] = {}
    spots: dict[str, _Spot] = {}
    heads: dict[str, _Spot] = {}
    for rung in tables.ladder():
        x, _ = _COLUMNS[rung.id]
        y = free.get(x, 0.0) + 26
        heads[rung.title] = (x, y)
        for row, lesson in enumerate(p for p in plan.planned if p.rung == rung.id):
            spots[lesson.id] = (x, y + 16 + row * _STEP)
            free[x] = y + 16 + (row + 1) * _STEP
    return spots, heads


def _needs(lesson: Lesson) -> list[tuple[str, str, bool]]:
    return [
        *((before, lesson.id, True) for before in lesson.prerequisites),
        *((before, lesson.id, False) for before in lesson.soft_prerequisites),
    ]


def _lit(ids: Iterable[str]) -> str:
    return "".join(
        f".rungs-diagram:has(.n{n}:is(:focus-visible,:hover)) .e{n}"
        "{stroke:var(--pst-color-primary);stroke-width:3.4}"
        for n in sorted(lesson[:2] for lesson in ids)
    )


def _line(spots: dict[str, _Spot], start: str, end: str, needed: bool) -> str:
    (x, y), (to_x, to_y) = spots[start], spots[end]
    y, to_y = y + _BOX / 2, to_y + _BOX / 2
    if x == to_x:  # beside the column, further out the longer it is
        out = min(14 + abs(to_y - y) / 8, 70)
        curve = f"M{x:g} {y:g}C{x - out:g} {y:g} {to_x - out:g} {to_y:g} {to_x:g} {to_y:g}"
    else:
        x, bend = x + dict(_COLUMNS.values())[int(x)], 40
        curve = f"M{x:g} {y:g}C{x + bend:g} {y:g} {to_x - bend:g} {to_y:g} {to_x:g} {to_y:g}"
    dashes = "" if needed else ";stroke-dasharray:6 4"
    return (
        f'<path class="e{start[:2]} e{end[:2]}" d="{curve}" '
        f'style="fill:none{dashes}" stroke="var(--pst-color-text-muted)" stroke-width="1.5"/>'
    )


def _node(lesson: PlannedLesson, plan: Plan, spot: _Spot) -> str:
    x, y = spot
    stands = plan.stands(lesson.id)
    box = (
        f'<rect class="box{" trusted" if stands else ""}" x="{x:g}" y="{y:g}" '
        f'width="{_COLUMNS[lesson.rung][1]}" height="{_BOX}" rx="5"/>'
    )
    words = f"{lesson.number} {lesson.title}"
    kind = "" if stands else ' class="quiet"'
    label = f'<text{kind} x="{x + 9:g}" y="{y + 20:g}" font-size="13">{escape(words)}</text>'
    if not stands:
        return box + label
    href = address(lesson.id).removesuffix(".ipynb") + ".html"
    return f'<a class="n{lesson.number}" href="{href}">{box}{label}</a>'
