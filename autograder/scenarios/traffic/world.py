"""Stage the traffic of an invented service, with its truth."""

from __future__ import annotations

from autograder.errors import ContentError
from autograder.scenarios.traffic.asking import draw_day
from autograder.scenarios.traffic.demand import draw_growth, volumes
from autograder.scenarios.traffic.metering import meter
from autograder.scenarios.traffic.plan import CHEAP, CURRENT, draw_plan
from autograder.scenarios.traffic.pricing import cents, price_list
from autograder.scenarios.traffic.records import Public
from autograder.scenarios.traffic.sealed import Parameters, Traffic, Truth
from autograder.scenarios.traffic.trying import draw_trials

__all__ = ["stage"]

_BOUNDS = {"features": (3, 12), "tenants": (2, 8), "requests": (20, 5000), "weeks": (4, 30)}


def stage(
    seed: int,
    *,
    features: int = 6,
    tenants: int = 5,
    requests: int = 240,
    weeks: int = 10,
    realm: str = "judge",
) -> Traffic:
    """Stage weeks of demand, the log and the meter of their last day, and a trial of a model.

    Traffic of different realms differs, whatever the seed.
    """
    parameters = Parameters(seed, realm, features, tenants, requests, weeks)
    for name, (low, high) in _BOUNDS.items():
        if not low <= getattr(parameters, name) <= high:
            raise ContentError(f"{name} is {getattr(parameters, name)}; give {low} to {high}.")
    plan = draw_plan((realm, seed), features, tenants, weeks)
    growth = draw_growth(plan)
    series, future = volumes(plan, growth)
    day = draw_day(plan, requests)
    calls, spend = meter(plan, day)
    public = Public(
        service=plan.service,
        start=plan.start.isoformat(),
        days=plan.days,
        features=plan.features,
        tenants=plan.tenants,
        prices=tuple(row for row in price_list() if row["model"] in (CURRENT, CHEAP)),
        series=series,
        requests=day.requests,
        updates=day.updates,
        calls=calls,
        trials=draw_trials(plan),
        invoice_cents=cents(sum(spend.values())),
    )
    owners = {
        r.id: r.user if f.scope == "user" else r.tenant
        for f in plan.features
        for r in day.requests
        if r.feature == f.name
    }
    truth = Truth(day.answers, owners, plan.slices, growth, future, spend, day.runaway, parameters)
    return Traffic(public, truth)
