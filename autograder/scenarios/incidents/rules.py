"""The accounting of an incident, from public data alone: what a judge recomputes."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.scenarios.incidents.blast import Blast
from autograder.scenarios.incidents.records import Public

__all__ = [
    "COST",
    "MARGIN",
    "MINUTES_DISCLOSED",
    "MINUTES_LOST",
    "RULES",
    "affected",
    "blast",
    "filled",
]

COST = "model.cost_usd"
MARGIN = 0.04
MINUTES_LOST = 4
MINUTES_DISCLOSED = 60
RULES = (
    "A request is bad if it got no answer after all retries, came later than late_ms, or its "
    "answer failed a check. tenant.*.requests and tenant.*.bad count requests once, retried or "
    "not; gateway.attempts counts every try.",
    "A minute without telemetry is not a healthy minute: where a count or a cost is missing, "
    "take the mean of the nearest reported minutes on both sides, or the one there is.",
    "The onset is the first minute in which the fault acts. A tenant's usual share of bad "
    "requests is its bad requests over its requests, of all minutes before the onset.",
    "A tenant is affected if its share of bad requests, from the onset to the end of the "
    f"incident, is at least {MARGIN} above its usual one.",
    "Affected requests are the affected tenants' bad requests in that time, less their usual "
    "share of their requests, rounded to a whole number for each tenant.",
    "The credit is affected requests times the tenant's credit_usd. The extra spend is "
    "model.cost_usd in that time, less the mean cost of a request before the onset times the "
    "requests; never below 0. Both are rounded to cents.",
    "The error budget is 1 - target of the objective's requests; its share is the affected "
    "requests over it.",
    "The incident is detected when the first alert on the objective is delivered, or the third "
    "complaint within one hour arrives, whichever comes first.",
    "The service is restored in the first minute from which the share of good requests, over "
    "five minutes, stays at the target or above for hold_minutes.",
    f"Each bad request beyond the usual costs its user {MINUTES_LOST} minutes.",
    "An answer made from another tenant's passages is a disclosure, good or bad, and costs "
    f"{MINUTES_DISCLOSED} minutes more: stop the line until the cause is gone.",
)


def filled(values: Sequence[float | None]) -> list[float]:
    """Return values with the gaps filled by the nearest reported ones on both sides."""
    made: list[float] = []
    for i, value in enumerate(values):
        if value is not None:
            made.append(value)
            continue
        before = next((v for v in reversed(values[:i]) if v is not None), None)
        after = next((v for v in values[i + 1 :] if v is not None), None)
        near = [v for v in (before, after) if v is not None]
        made.append(sum(near) / len(near) if near else 0.0)
    return made


def affected(public: Public, onset: int, end: int) -> dict[str, int]:
    """Return the affected tenants and their affected requests, from onset up to `end`."""
    found = {}
    for tenant in public.tenants:
        asked = filled(public.metric(f"tenant.{tenant.name}.requests"))
        bad = filled(public.metric(f"tenant.{tenant.name}.bad"))
        usual = sum(bad[:onset]) / sum(asked[:onset])
        total, failed = sum(asked[onset:end]), sum(bad[onset:end])
        if total and failed / total >= usual + MARGIN:
            found[tenant.name] = round(failed - usual * total)
    return found


def blast(public: Public, onset: int, end: int) -> Blast:
    """Return how far an incident reached."""
    found = affected(public, onset, end)
    credit = sum(found[t.name] * t.credit_usd for t in public.tenants if t.name in found)
    cost = filled(public.metric(COST))
    asked = [
        sum(minute)
        for minute in zip(
            *(filled(public.metric(f"tenant.{t.name}.requests")) for t in public.tenants),
            strict=True,
        )
    ]
    each = sum(cost[:onset]) / sum(asked[:onset])
    extra = max(0.0, sum(cost[onset:end]) - each * sum(asked[onset:end]))
    budget = (1 - public.objective.target) * public.objective.requests
    requests = sum(found.values())
    return Blast(tuple(found), requests, round(credit, 2), round(extra, 2), requests / budget)
