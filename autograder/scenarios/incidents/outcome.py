"""What a course of an incident comes to: user-minutes, restoration, cost."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.scenarios.incidents.alarms import TARGET, rolling
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.rules import MINUTES_LOST
from autograder.scenarios.incidents.simulation import Flow, Moment
from autograder.scenarios.incidents.view import HOLD

__all__ = ["disclosures", "lost_minutes", "restored_at", "spent"]


def restored_at(bad: Sequence[float], onset: int) -> int | None:
    """Return the minute from which the objective held for its window, after it did not.

    The onset where it never failed to hold, None where it was never restored.
    """
    met = [b <= 1 - TARGET for b in rolling(bad)]
    broken = next((i for i in range(onset, len(met)) if not met[i]), None)
    if broken is None:
        return onset
    return next(
        (i for i in range(broken, len(met) - HOLD + 1) if all(met[i : i + HOLD])),
        None,
    )


def lost_minutes(plan: Plan, bad: Sequence[float], usual: float) -> float:
    """Return the user-minutes that requests beyond the usual failures cost."""
    rate = sum(c.rate for c in plan.service.customers)
    return MINUTES_LOST * sum(
        rate * day * max(0.0, b - usual) for day, b in zip(plan.service.days, bad, strict=True)
    )


def disclosures(course: Sequence[Moment]) -> float:
    """Return the answers made from another tenant's passages."""
    return sum(
        flow.attempts
        * (1 - flow.hit)
        * (
            flow.share * m.settings.exposed["foreign"]
            + (1 - flow.share) * m.settings.other["foreign"]
        )
        for m in course
        for flow in m.flows
        if flow is not None
    )


def spent(course: Sequence[Moment]) -> float:
    """Return the dollars paid to model providers."""
    return sum(
        _cost(m, pool, flow)
        for m in course
        for pool, flow in enumerate(m.flows)
        if flow is not None
    )


def _cost(moment: Moment, pool: int, flow: Flow) -> float:
    one, two, share = moment.settings.exposed, moment.settings.other, flow.share
    tokens_in = share * one["tokens_in"] + (1 - share) * two["tokens_in"]
    tokens_out = share * one["tokens_out"] + (1 - share) * two["tokens_out"]
    calls = flow.attempts * (1 - flow.hit) / max(flow.busy_model, 1.0)
    return calls * (tokens_in * 3e-6 + tokens_out * 1.5e-5) * moment.settings.load[pool]["price"]
