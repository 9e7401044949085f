"""Draw each feature's requests day by day: growth, weekdays, and noise on top."""

from __future__ import annotations

import math

from autograder.scenarios.draws import Stream
from autograder.scenarios.traffic.plan import Plan
from autograder.scenarios.traffic.records import Series
from autograder.scenarios.traffic.sealed import Growth

__all__ = ["HORIZON", "draw_growth", "volumes"]

HORIZON = 28  # days after the history
_NOISE = 0.05  # standard deviation of the log of a tenant's day


def draw_growth(plan: Plan) -> tuple[Growth, ...]:
    """Draw how each feature's demand moves; what people wait for rests at weekends."""
    stream = Stream(plan.key, "growth")
    made = []
    for feature, weight in zip(plan.features, plan.weights, strict=True):
        rest = 0.3 + 0.4 * stream.unit() if feature.wait_hours == 0 else 0.8 + 0.4 * stream.unit()
        week = [0.85 + 0.3 * stream.unit() for _ in range(5)]
        week += [rest * (0.9 + 0.2 * stream.unit()) for _ in range(2)]
        made.append(
            Growth(
                feature.name,
                level=weight * (20_000 + 40_000 * stream.unit()),
                drift=-0.02 + 0.06 * stream.unit(),
                volatility=0.02 + 0.05 * stream.unit(),
                weekdays=tuple(7 * day / sum(week) for day in week),
            )
        )
    return tuple(made)


def volumes(
    plan: Plan, growth: tuple[Growth, ...]
) -> tuple[tuple[Series, ...], dict[str, tuple[int, ...]]]:
    """Return the history by feature and tenant, and the days after it by feature."""
    stream = Stream(plan.key, "volumes")
    made: list[Series] = []
    future: dict[str, tuple[int, ...]] = {}
    for each in growth:
        mean = _means(stream, each, plan.days + HORIZON)
        after = [0] * HORIZON
        for tenant, size in zip(plan.tenants, plan.sizes, strict=True):
            days = [round(m * size * (1 + _NOISE * stream.bell())) for m in mean]
            made.append(Series(each.feature, tenant.name, tuple(days[: plan.days])))
            after = [a + b for a, b in zip(after, days[plan.days :], strict=True)]
        future[each.feature] = tuple(after)
    return tuple(made), future


def _means(stream: Stream, growth: Growth, days: int) -> list[float]:
    """Return the expected requests of each day: the walk steps on Mondays."""
    log, made = math.log(growth.level), []
    for day in range(days):
        if day and day % 7 == 0:
            log += growth.drift + growth.volatility * stream.bell()
        made.append(math.exp(log) * growth.weekdays[day % 7])
    return made
