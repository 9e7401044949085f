"""Sampled requests: somewhat more than one a minute, each with its spans, versions and verdicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.scenarios.draws import Stream
from autograder.scenarios.incidents.clock import Clock
from autograder.scenarios.incidents.events import Planned
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.records import Trace
from autograder.scenarios.incidents.service import HORIZON
from autograder.scenarios.incidents.simulation import BASE_P50, BASE_P95, Flow, Moment, waiting

__all__ = ["Sampled", "sample"]

_COUNT = 400
_REVIEWED = 0.6
_VERSIONED = ("prompt", "retrieval", "reranker")


@dataclass(frozen=True)
class Sampled:
    """A trace with what is sealed about it."""

    trace: Trace
    minute: int
    exposed: bool
    bad: bool


def sample(plan: Plan, course: Sequence[Moment], clock: Clock, until: int) -> list[Sampled]:
    """Return the sampled requests of the minutes before `until`; what was drawn stays drawn."""
    unit = Stream(plan.key, "traces").unit
    made = []
    for number in range(_COUNT):
        draws = [unit() for _ in range(16)]
        place = (number + draws[0]) * HORIZON / _COUNT
        if place >= until:
            break
        second = int(60 * (place % 1))
        made.append(_trace(plan, course[int(place)], clock, int(place), second, number, draws))
    return made


def _trace(
    plan: Plan, moment: Moment, clock: Clock, minute: int, second: int, number: int,
    u: Sequence[float],
) -> Sampled:  # fmt: skip
    service = plan.service
    place = _by_weight(service.rates, u[1])
    feature = service.names[_by_weight(service.shares, u[2])]
    exposed = place in plan.reached and (
        feature == plan.feature if plan.scope == "feature" else u[3] < plan.share
    )
    flow = moment.flows[moment.pool[place]]
    assert flow is not None, "a tenant's region serves it"
    answer = moment.settings.exposed if exposed else moment.settings.other
    load = moment.settings.load[moment.pool[place]]
    cached = u[4] < flow.hit
    stale = u[8] < (flow.stale_exposed if exposed else flow.stale_other)
    tried, status = (1, "ok") if cached else _tried(flow, load, exposed, answer, u)
    if u[5] < 1 - (1 - load["shed"]) * (1 - load["off"]):
        tried, status, cached = 0, "turned_away", False
    if status == "ok" and not cached and u[9] > answer["answered"]:
        status = "refused"
    done = status in ("ok", "refused") and u[10] < _REVIEWED
    verdicts = [u[11] < answer["relevant"], u[12] < answer["grounded"], u[13] < answer["correct"]]
    if cached:
        verdicts = [True, not stale, True]
    empty = u[14] < answer["empty"]
    working = tried > 0 and not cached
    trace = Trace(
        id=f"tr-{_name(number, u[15])}",
        at=clock.utc(minute, second),
        tenant=service.customers[place].name,
        region=service.regions[moment.pool[place]],
        feature=feature,
        attempts=tried,
        cached=cached,
        status=status,
        versions=_versions(plan, moment, minute, exposed, u),
        ms=_spans(plan, moment, flow, moment.pool[place], u) if working else {},
        passages=0 if empty or not working else 8,
        foreign=1 + int(3 * u[6]) if working and not empty and u[7] < answer["foreign"] else 0,
        top_score=0.0 if empty or not working else round(answer["score"] + 0.12 * (u[6] - 0.5), 3),
        tokens_in=int(answer["tokens_in"] * (0.8 + 0.4 * u[7])) if working else 0,
        tokens_out=int(answer["tokens_out"] * (0.6 + 0.8 * u[8])) if working else 0,
        relevant=verdicts[0] if done else None,
        grounded=verdicts[1] if done else None,
        correct=verdicts[2] if done else None,
    )
    return Sampled(trace, minute, exposed, status != "ok" or not all(verdicts))


def _name(number: int, u: float) -> str:
    """Return an id of eight hex digits that does not tell how many came before."""
    return f"{(number * 2654435761 + int(u * 4096)) % 2**32:08x}"


def _by_weight(weights: Sequence[float], u: float) -> int:
    left = u * sum(weights)
    for place, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return place
    return len(weights) - 1


def _tried(
    flow: Flow, load: dict[str, float], exposed: bool, answer: dict[str, float], u: Sequence[float]
) -> tuple[int, str]:
    """Return how often it was tried, and how the last attempt ended."""
    fail = flow.fail_exposed if exposed else flow.fail_other
    most = int(load["retries"]) + 1
    failed = next((i for i in range(most) if u[5 + i] >= fail), most)
    if failed < most:
        return failed + 1, "ok"
    causes = {
        "retrieval_failed": 1 - 1 / max(flow.busy_retrieval, 1.0) + load["loss_retrieval"],
        "model_failed": load["loss_model"],
        "rate_limited": 1 - 1 / max(flow.busy_model, 1.0),
        "timeout": flow.timeouts,
        "invalid": 1 - answer["valid"],
    }
    return most, list(causes)[_by_weight(list(causes.values()), u[11])]


def _versions(
    plan: Plan, moment: Moment, minute: int, exposed: bool, u: Sequence[float]
) -> dict[str, str]:
    found = {part: "" for part in _VERSIONED if part in plan.service.parts}
    for part in found:
        for event in plan.events:
            if event.part == part:
                new = event.live <= minute and _rolled(plan, event, exposed, u)
                if new or not found[part]:
                    found[part] = event.version if new else event.before
        found[part] = found[part] or plan.service.version(part)
    build = ""
    for since, name, only in plan.fingerprints:
        if since <= minute and (exposed or not only):
            build = name
    found["model"] = "fallback" if moment.settings.stock["fallback"] > 0.5 else build
    return found


def _rolled(plan: Plan, event: Planned, exposed: bool, u: Sequence[float]) -> bool:
    """Say whether an event's version served this request."""
    if event.causal:
        return exposed or plan.scope != "rollout"
    return u[12 if event.part == "prompt" else 13] < event.share


def _spans(plan: Plan, moment: Moment, flow: Flow, pool: int, u: Sequence[float]) -> dict[str, int]:
    """Return the milliseconds of the last attempt's parts."""
    load = moment.settings.load[pool]
    busy = {
        "retrieval": flow.busy_retrieval,
        "reranker": flow.busy_reranker,
        "model": flow.busy_model,
    }
    spans = {}
    for part, draw in zip(busy, (u[6], u[7], u[8]), strict=True):
        if part in plan.service.parts:
            factor = load[f"slow_{part}"] * waiting(busy[part])
            tail = BASE_P50[part] + (BASE_P95[part] - BASE_P50[part]) * draw**3 * 1.2
            spans[part] = int(tail * factor)
    return spans
