"""The numbers that an interactive shows are those that Python computes."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page

from autograder.interactives import (
    budget,
    correction,
    cutting,
    release,
    sampling,
    spend,
    vectors,
    waiting,
)

pytestmark = [pytest.mark.browser]

Values = dict[str, float]
Grid = dict[str, tuple[float, ...]]

GRIDS: dict[str, tuple[Callable[[Values], Any], Values, Grid]] = {
    "bill": (
        spend.compute,
        spend.START,
        {
            "repeats": (0, 45, 80),
            "price": (1, 35, 100),
            "routed": (0, 40, 100),
            "skill": (0, 65, 100),
            "floor": (70, 88, 90, 92),
        },
    ),
    "chunks": (
        cutting.compute,
        dict(cutting.START),
        {"size": (0, 1, 4, 6, 9), "overlap": (0, 10, 30, 50), "budget": (0, 2)},
    ),
    "context": (
        budget.compute,
        budget.START,
        {
            "budget": (2000, 9000, 32000),
            "turns": (0, 1, 7, 40),
            "always": (0, 4000),
            "passages": (0, 5, 20),
            "size": (50, 1000),
            "answer": (50, 700),
            "question": (10, 33),
        },
    ),
    "cosine": (
        vectors.compute,
        vectors.START,
        {
            "aLength": (0.2, 1.0, 2.0),
            "aDegrees": (0.0, 30.0, 97.0, 180.0),
            "bLength": (0.2, 1.3),
            "bDegrees": (30.0, 120.0, 121.0),
        },
    ),
    "gate": (
        release.compute,
        release.START,
        {
            "threshold": (-1.5, -0.2, 0.0, 1.0, 3.3),
            "size": (0, 1, 5, 10),
            "share": (5, 50),
            "loss": (0.5, 2.0, 5.0),
        },
    ),
    "judge": (
        correction.compute,
        correction.START,
        {
            "truth": (5, 50, 99),
            "tpr": (30, 70, 99),
            "tnr": (30, 75, 99),
            "judged": (100, 5000),
            "labels": (20, 1000),
        },
    ),
    "queue": (
        waiting.compute,
        waiting.START,
        {
            "arrivals": (2, 59, 75, 150),
            "workers": (1, 5, 20),
            "service": (1.0, 4.0, 15.0),
            "spread": (0.0, 1.0, 1.7),
        },
    ),
    "temperature": (
        sampling.compute,
        sampling.START,
        {
            "temperature": (0.0, 0.1, 1.0, 2.0),
            "k": (1, 4, 12),
            "p": (5, 65, 90, 100),
            "seed": (1, 2, 50),
        },
    ),
}


def points(grid: Grid) -> list[Values]:
    """List every combination of a grid."""
    return [dict(zip(grid, one, strict=True)) for one in product(*grid.values())]


def flat(numbers: Any, name: str = "") -> dict[str, Any]:
    """Name each number of a nested record by its path."""
    if isinstance(numbers, list):
        numbers = dict(enumerate(numbers))
    if isinstance(numbers, dict):
        return {k: v for key, one in numbers.items() for k, v in flat(one, f"{name}.{key}").items()}
    return {name: -1.0 if numbers is None else numbers}  # no number of these is negative and whole


@pytest.mark.parametrize("name", GRIDS)
def test_the_browser_computes_what_python_computes(
    name: str, opened: Callable[[str], Page]
) -> None:
    """At the start and on a grid of values, every number agrees to nine digits."""
    compute, start, grid = GRIDS[name]
    values = [start, *points(grid)]
    page = opened(name)
    got = page.evaluate("values => values.map(one => window.loaded.compute(one))", values)
    for one, numbers in zip(values, got, strict=True):
        want = flat(compute(one))
        shown = {key: flat(numbers).get(key, "missing") for key in want}
        assert shown == pytest.approx(want, rel=1e-9, abs=1e-9), one


BARS = """() => [...document.querySelectorAll("svg .area")].map(path => {
  const numbers = path.getAttribute("d").match(/-?[\\d.]+/g).map(Number);
  const corners = numbers.flatMap((x, n) => n % 2 ? [] : [[x, numbers[n + 1]]]);
  return corners.flatMap(([x, y], n) =>
    n % 4 ? [] : [[(x + corners[n + 3][0]) / 2, y - corners[n + 1][1]]]);
})"""


@pytest.mark.parametrize("threshold", [0.8, 1.0, 1.2, 2.6])
def test_the_gates_bars_are_its_errors(threshold: float, opened: Callable[[str], Page]) -> None:
    """Above the threshold stand the harmless, up to it the harmful, in their true ratio."""
    page = opened("gate")
    page.get_by_label("Items").fill("3")  # 400, where next to nothing lies beyond the picture
    page.get_by_label("Block above a loss of").fill(str(threshold))
    line = page.locator("svg .line.thin.dashed").first.get_attribute("d")
    edge = float(str(line).removeprefix("M").split(" ")[0].split(",")[0])
    harmless, harmful = page.evaluate(BARS)
    assert all(x > edge + 0.2 for x, _ in harmless)
    assert all(x < edge + 0.2 for x, _ in harmful)
    found = release.compute({**release.START, "threshold": threshold, "size": 3})
    share = release.START["share"] / 100
    drawn = [sum(height for _, height in bars) for bars in (harmless, harmful)]
    wanted = [(1 - share) * found["alarm"], share * found["missed"]]
    assert drawn[0] / drawn[1] == pytest.approx(wanted[0] / wanted[1], rel=0.05)
