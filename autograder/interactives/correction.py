"""What a judge's pass rate says, raw and corrected for its error rates, and the figure of it.

The correction is Rogan and Gladen's (American Journal of Epidemiology 107(1), 1978), with
the variance of all three samples by the delta method.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt

from autograder.drawing import Plane, dot, figure, percent, percents, text

__all__ = ["START", "compute", "draw"]

START = {"truth": 65, "tpr": 95, "tnr": 60, "judged": 1000, "labels": 200}
_Z = 1.96
_LEAST = 0.2  # below this TPR + TNR - 1 says too little, as lesson 21 has it


def compute(values: Mapping[str, float]) -> dict[str, float | bool | None]:
    """Return the raw and the corrected rate with their 95 % intervals, at the expected counts.

    `values` are named as in `START`: three percents and two counts. Half of the
    labelled answers are good.
    """
    truth, tpr, tnr = (values[name] / 100 for name in ("truth", "tpr", "tnr"))
    informed, each = tpr + tnr - 1, values["labels"] / 2
    raw = truth * tpr + (1 - truth) * (1 - tnr)
    judging = raw * (1 - raw) / values["judged"]
    of_tpr, of_tnr = tpr * (1 - tpr) / each, tnr * (1 - tnr) / each
    labelling = truth**2 * of_tpr + (1 - truth) ** 2 * of_tnr
    usable = informed >= _LEAST and informed > _Z * sqrt(of_tpr + of_tnr)
    half = _Z * sqrt(judging + labelling) / informed if usable else 0.0
    return {
        "informed": informed,
        "informedHalf": _Z * sqrt(of_tpr + of_tnr),
        "raw": raw,
        "rawHalf": _Z * sqrt(judging),
        "usable": usable,
        "corrected": truth if usable else None,
        "low": max(0.0, truth - half) if usable else None,
        "high": min(1.0, truth + half) if usable else None,
        "fromLabels": labelling / (judging + labelling),
    }


def draw() -> str:
    """Draw what the judge passes by what is good, and the way back from one to the other."""
    found = compute(START)
    truth, raw, low, high = START["truth"] / 100, found["raw"], found["low"], found["high"]
    assert raw is not None
    assert low is not None
    assert high is not None
    plot = Plane((0, 1), (0, 1), width=480, top=34, height=300)
    marks = percents(0, 100, 25)
    thin = "stroke:var(--pst-color-text-muted);stroke-width:1.4;stroke-dasharray:6 5"
    drawn = [
        *plot.rulers(marks, marks),
        *plot.titles("share that is good", "share that the judge passes"),
        plot.line([(0, 0), (1, 1)], thin),
        plot.line(
            [(0, 1 - START["tnr"] / 100), (1, START["tpr"] / 100)],
            "stroke:var(--pst-color-inline-code)",
        ),
        plot.line([(0, raw), (truth, raw), (truth, 0)], thin),
        plot.line([(low, 0.01), (high, 0.01)], "stroke:var(--pst-color-primary);stroke-width:9"),
        dot(*plot.at(truth, raw), "var(--pst-color-inline-code)", True),
        text(plot.at(0.16, 0)[0], plot.at(0, 0.42)[1], "this judge", quiet=False),
        text(plot.at(0.16, 0)[0], plot.at(0, 0.08)[1], "no errors"),
    ]
    return figure(
        "judge-figure",
        (650, 410),
        "A judge's errors pull its pass rate; the correction goes back along its line",
        f"The judge passes {START['tpr']} % of the good and fails {START['tnr']} % of the bad "
        f"answers. Where {percent(truth)} are good it passes {percent(raw)}; "
        f"corrected, the 95 % interval is {percent(low, 1)} to {percent(high, 1)}.",
        drawn,
        f"TPR {START['tpr']} %, TNR {START['tnr']} %, {START['judged']:,} answers judged, "
        f"{START['labels']} labelled: raw {percent(raw, 1)}, corrected {percent(truth, 1)} "
        f"({percent(low, 1)} to {percent(high, 1)}, the bar). Computed.",
    )
