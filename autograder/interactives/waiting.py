"""Requests that wait for one of several workers: utilisation, mean wait, p95, and their figure.

Arrivals are a Poisson process and wait in one line. With exponential times of service this is
M/M/c: a share C waits at all (Erlang, 1917), and the wait of those is exponential (Gross,
Shortle, Thompson and Harris, Fundamentals of Queueing Theory, chapter 2). For another spread
the wait is scaled by (1 + spread**2) / 2: exact for the mean of one worker (Pollaczek and
Khinchine), an approximation of the rest (Lee and Longton, Operational Research Quarterly 10,
1959; for the tail, Kingman's limit of heavy traffic).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import log

from autograder.drawing import Plane, dot, figure, percent, percents, text

__all__ = ["START", "compute", "draw", "measure"]

START = {"arrivals": 60.0, "workers": 5.0, "service": 4.0, "spread": 1.0}

Measured = dict[str, float | None]


def compute(values: Mapping[str, float]) -> dict[str, Measured | float]:
    """Measure the workers as they are, and after each of three changes.

    `values` are named as in `START`: requests a minute, a count, seconds, and the standard
    deviation of the time of service over its mean.
    """
    rate, workers = values["arrivals"] / 60, int(values["workers"])
    service, spread = values["service"], values["spread"]
    return {
        "now": measure(rate, service, spread, workers),
        "more": measure(rate, service, spread, workers + 1),
        "fewer": measure(0.9 * rate, service, spread, workers),
        "even": measure(rate, service, 0, workers),
        "surplus": 60 * (rate - workers / service),
    }


def measure(rate: float, service: float, spread: float, workers: int) -> Measured:
    """Return the utilisation, the share that waits, and the mean and p95 wait in seconds.

    The last three are None where the queue has no steady state. `rate` is requests a second.
    """
    used = rate * service / workers
    if used > 1 - 1e-9:
        return {"utilisation": used, "waits": None, "mean": None, "p95": None}
    waits = _erlang(workers, rate * service)
    each = (1 + spread**2) / 2 * service / (workers * (1 - used))
    p95 = max(0.0, log(waits / 0.05)) * each
    return {"utilisation": used, "waits": waits, "mean": waits * each, "p95": p95}


def _erlang(workers: int, load: float) -> float:
    """Return the share that waits, by the recurrence of Erlang's loss formula."""
    lost = 1.0
    for n in range(1, workers + 1):
        lost = load * lost / (n + load * lost)
    return lost / (1 - load / workers * (1 - lost))


def draw() -> str:
    """Draw the mean and the p95 wait by utilisation, with the start upon both."""
    service, workers, top = START["service"], int(START["workers"]), 20.0
    plot = Plane((0, 1), (0, top), width=480, top=34, height=260)
    drawn = [
        *plot.rulers(percents(0, 100, 25), [(n, str(n)) for n in (0, 5, 10, 15, 20)]),
        *plot.titles("utilisation of the workers", "wait, seconds"),
    ]
    now = measure(START["arrivals"] / 60, service, START["spread"], workers)
    used, waits, mean, p95 = (now[name] or 0.0 for name in ("utilisation", "waits", "mean", "p95"))
    for name, value, colour in (("mean", mean, "primary"), ("p95", p95, "inline-code")):
        points = [(n / 200, _wait(name, n / 200)) for n in range(1, 199)]
        style = f"stroke:var(--pst-color-{colour})"
        drawn.append(plot.line([one for one in points if one[1] <= top], style))
        drawn.append(dot(*plot.at(used, value), f"var(--pst-color-{colour})", True))
    drawn += [
        text(plot.at(0.83, 0)[0], plot.at(0, 15)[1], "p95", "end", quiet=False),
        text(plot.at(0.99, 0)[0], plot.at(0, 15)[1], "mean", quiet=False),
    ]
    return figure(
        "queue-figure",
        (610, 370),
        "Near full use every wait explodes, and the p95 first",
        f"{workers} workers, {START['arrivals']:g} requests per minute of {service:g} seconds "
        f"each: {percent(used)} used, {percent(waits)} of the requests wait, {mean:.1f} seconds on "
        f"average, and one in twenty longer than {p95:.1f} seconds. "
        f"At 90\N{NO-BREAK SPACE}% used the p95 is {_wait('p95', 0.9):.1f} seconds.",
        drawn,
        f"{workers} workers, {service:g} seconds a request. At {percent(used)} used the mean wait "
        f"is {mean:.1f} s and the p95 {p95:.1f} s; at 90 % they are {_wait('mean', 0.9):.1f} and "
        f"{_wait('p95', 0.9):.1f} s. Computed.",
    )


def _wait(name: str, used: float) -> float:
    """Return one measure of the start's workers at another utilisation."""
    workers, service = int(START["workers"]), START["service"]
    return measure(used * workers / service, service, START["spread"], workers)[name] or 0.0
