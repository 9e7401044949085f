"""A cache in front of a router in front of two models: bill, quality, and the figure of both.

The quality model is invented: see `RIGHT` and `HARDEST`.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from autograder.drawing import Plane, dot, figure, percent, percents, text

__all__ = ["HARDEST", "RIGHT", "START", "compute", "draw"]

RIGHT = 0.9  # share of right answers of the large model
HARDEST = 0.4  # what the small one loses on the hardest request; on the easiest, nothing
START = {"repeats": 30, "price": 10, "routed": 60, "skill": 70, "floor": 85}


def compute(values: Mapping[str, float]) -> dict[str, float | bool | None]:
    """Return the bill of each way as a share of today's, the quality, and what the floor allows.

    `values` are named as in `START`, all in percent.
    """
    repeats, price, routed, skill, floor = (values[name] / 100 for name in START)
    asked = 1 - repeats
    quality = RIGHT - _lost(routed, skill)
    top = _most(RIGHT - floor, skill)
    return {
        "cacheOnly": asked,
        "routeOnly": 1 - routed * (1 - price),
        "bill": asked * (1 - routed * (1 - price)),
        "quality": quality,
        "holds": quality >= floor - 1e-12,
        "top": top,
        "leastQuality": RIGHT - _lost(0.0 if top is None else top, skill),
        "least": asked if top is None else asked * (1 - top * (1 - price)),
    }


def _lost(routed: float, skill: float) -> float:
    """Return the mean loss: by an order by difficulty, by none, or by a mixture of both."""
    return HARDEST * ((1 - skill) * routed / 2 + skill * routed**2 / 2)


def _most(room: float, skill: float) -> float | None:
    """Return the largest share that loses at most `room`, None where there is no room at all."""
    if room < 0:
        return None
    if skill == 0:
        return min(1.0, 2 * room / HARDEST)
    half = (1 - skill) / 2
    return min(1.0, (sqrt(half**2 + 2 * skill * room / HARDEST) - half) / skill)


def draw() -> str:
    """Draw the bill by the share that is routed, with the cache and without, up to the floor."""
    found = compute(START)
    bill, top, quality = found["bill"], found["top"], found["quality"]
    assert bill is not None
    assert top is not None
    assert quality is not None
    price, asked, routed = START["price"] / 100, 1 - START["repeats"] / 100, START["routed"] / 100
    plot = Plane((0, 1), (0, 1), width=480, top=34, height=260)
    marks = percents(0, 100, 25)
    (left, upper), (right, lower) = plot.at(top, 1), plot.at(1, 0)
    drawn = [
        *plot.rulers(marks, marks),
        *plot.titles("share routed to the small model", "bill, of today's"),
        f'<path d="M{left:g} {upper:g}H{right:g}V{lower:g}H{left:g}Z" '
        'style="fill:var(--pst-color-text-base);fill-opacity:0.1"/>',
        plot.line([(0, 1), (1, price)], "stroke:var(--pst-color-text-muted);stroke-dasharray:6 5"),
        plot.line([(0, asked), (1, asked * price)], "stroke:var(--pst-color-primary)"),
        dot(*plot.at(routed, bill), "var(--pst-color-primary)", True),
        text(plot.at(0.11, 1)[0], plot.at(0, 0.93)[1], "without the cache"),
        text(plot.at(0.05, 1)[0], plot.at(0, 0.5)[1], "with it", quiet=False),
        text(right - 8, upper + 20, "below the floor", "end"),
    ]
    return figure(
        "bill-figure",
        (570, 370),
        "The quality floor, not the price, ends the saving",
        f"Today's bill is 100 %. With {START['repeats']} % answered by the cache and "
        f"{percent(routed)} routed to a model at {percent(price)} of the price it is "
        f"{percent(bill)}, with {percent(quality)} right. "
        f"A floor of {START['floor']} % right allows {percent(top)} to be routed.",
        drawn,
        f"{START['repeats']} % from the cache, the small model at {percent(price)} of the price, "
        f"a floor of {START['floor']} %: at most {percent(top)} routed. "
        "Computed; the model is invented.",
    )
