"""A release gate that blocks above an observed loss: its errors, exactly, and their figure.

Of `n` items two versions disagree on a binomial number; of those, a candidate that loses
nothing loses half. The observed loss is (lost - won) / items, as in McNemar's test
(Psychometrika 12, 1947).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor

import numpy as np
from scipy.stats import binom

from autograder.drawing import Plane, figure, names, percent, percents

__all__ = ["APART", "SIZES", "START", "compute", "draw"]

APART = 0.1  # the share of items on which two versions disagree
SIZES = (50, 100, 200, 400, 700, 1000, 1500, 2000, 3000, 4200, 6000)
START = {"threshold": 1.0, "size": 2, "share": 20, "loss": 2.0}


def compute(values: Mapping[str, float]) -> dict[str, float]:
    """Return recall, the share of false alarms, the share missed, and precision.

    `values` are named as in `START`: points, an index of `SIZES`, percent, points.
    """
    share, items = values["share"] / 100, SIZES[int(values["size"])]
    caught = _blocked(items, values["loss"] / 100, values["threshold"] / 100)
    alarm = _blocked(items, 0, values["threshold"] / 100)
    blocked = share * caught + (1 - share) * alarm
    precision = share * caught / blocked if blocked > 0 else 0.0
    return {"recall": caught, "alarm": alarm, "missed": 1 - caught, "precision": precision}


def _blocked(items: int, loss: float, limit: float) -> float:
    """Return the chance that the observed loss of so many items exceeds the limit."""
    least = floor(limit * items + 1e-9)
    apart = np.arange(items + 1)
    lost = binom.sf(np.floor((least + apart) / 2), apart, (APART + loss) / (2 * APART))
    return float((binom.pmf(apart, items, APART) * lost).sum())


def draw() -> str:
    """Draw precision and recall by threshold, with the few items of the start and with many."""
    plot = Plane((-1, 4), (0, 1), width=500, top=34, height=280)
    thresholds = [n / 10 for n in range(-10, 41)]
    few, many = int(START["size"]), SIZES.index(4200)
    drawn = [
        *plot.rulers(
            [(n, str(n).replace("-", "\N{MINUS SIGN}")) for n in range(-1, 5)],
            percents(0, 100, 25),
        ),
        *plot.titles("block above this observed loss, points", "precision, recall"),
    ]
    ends = []
    for size, dashes in ((few, ""), (many, ";stroke-dasharray:8 5")):
        found = [compute({**START, "threshold": at, "size": size}) for at in thresholds]
        for name, colour in (("precision", "text-base"), ("recall", "inline-code")):
            style = f"stroke:var(--pst-color-{colour}){dashes}"
            drawn.append(
                plot.line(zip(thresholds, (one[name] for one in found), strict=True), style)
            )
            ends.append((*plot.at(4, found[-1][name]), f"{name}, {SIZES[size]:,}"))
    drawn += names(ends)
    here, there = (compute({**START, "size": size}) for size in (few, many))
    return figure(
        "gate-figure",
        (720, 390),
        "With few items no threshold is both precise and complete",
        "; ".join(
            f"{SIZES[size]:,} items, threshold 1 point: precision {percent(one['precision'])}, "
            f"recall {percent(one['recall'])}"
            for size, one in ((few, here), (many, there))
        ),
        drawn,
        f"{SIZES[few]} items (solid) and 4,200 (dashed). One candidate in five is harmful and "
        "loses 2 points; versions disagree on 10 % of the items. Computed.",
    )
