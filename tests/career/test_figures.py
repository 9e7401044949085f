"""The career pages' figures show every band, every lesson and every line that the data hold."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from autograder.career import tables
from autograder.career.figures import map_figure, pay_figure
from autograder.career.plan import Plan
from autograder.career.records import Rung
from autograder.manifest import read_course

ROOT = Path(__file__).resolve().parents[2]
PLAN = Plan(read_course(ROOT / "notebooks" / "course.yaml"), tables.planned_lessons())
RUNGS = [rung for rung in tables.ladder() if rung.id != "onramp"]


def _svg(drawn: str) -> ElementTree.Element:
    found = re.search(r"<svg.*</svg>", drawn, re.DOTALL)
    assert found
    return ElementTree.fromstring(found[0].replace(' xmlns="http://www.w3.org/2000/svg"', ""))


@pytest.mark.parametrize("rung", RUNGS, ids=lambda rung: rung.id)
def test_each_band_is_one_bar_as_long_as_the_band(rung: Rung) -> None:
    """Lengths of bars are to each other as the bands are, on the same scale on every page."""
    bands = [band for band in tables.salaries().bands if band.rung == rung.id]
    bars = re.findall(r'd="M(\S+) \S+H(\S+)" style="[^"]*stroke-width:13"', pay_figure(rung, bands))
    widths = sorted(round(float(end) - float(start)) for start, end in bars)
    wanted = sorted(round((band.high_kusd - band.low_kusd) * 330 / 400) for band in bands)
    assert len(widths) == len(wanted)
    assert all(abs(one - other) <= 1 for one, other in zip(widths, wanted, strict=True))


def test_no_bands_no_figure() -> None:
    """A rung without a band has no empty picture."""
    assert pay_figure(tables.ladder()[0], []) == ""


def test_the_map_names_every_lesson_and_links_those_that_stand() -> None:
    """Lessons of the plan are all there; links are exactly the lessons that stand."""
    svg = _svg(map_figure(PLAN))
    labels = {"".join(node.itertext()) for node in svg.iter("text")}
    assert {f"{lesson.number} {lesson.title}" for lesson in PLAN.planned} <= labels
    links = [node.get("href", "").split("/")[-1] for node in svg.iter("a")]
    assert links == [f"{x.id}.html" for x in PLAN.planned if PLAN.stands(x.id)]
    assert svg.get("role") == "group"  # within an `img` a screen reader finds no link


def test_the_map_draws_a_line_for_each_prerequisite() -> None:
    """What course.yaml says a lesson needs or builds on is a line, dashed where it is no need."""
    svg = _svg(map_figure(PLAN))
    drawn = {
        (line.get("class", ""), "dash" not in line.get("style", ""))
        for line in svg.iter("path")
        if line.get("class")
    }
    wanted = {
        (f"e{before[:2]} e{lesson.id[:2]}", needed)
        for lesson in PLAN.course.ready
        for needed, befores in (
            (True, lesson.prerequisites),
            (False, lesson.soft_prerequisites),
        )
        for before in befores
    }
    assert drawn == wanted


def test_no_name_on_the_map_is_longer_than_its_box() -> None:
    """At 13 pixels a letter takes at most 7 in the mean, and a title stays inside its frame."""
    svg = _svg(map_figure(PLAN))
    boxes = [float(node.get("width", 0)) for node in svg.iter("rect")]
    labels = ["".join(node.itertext()) for node in svg.iter("text")][len(tables.ladder()) :]
    # The planned boxes and labels stand in the order of the plan, linked or not.
    assert [text for text, box in zip(labels, boxes, strict=True) if len(text) * 7 + 9 > box] == []
