"""Meter a day's requests: attempts, cached prefixes, second deliveries, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.scenarios.draws import Stream
from autograder.scenarios.traffic.asking import Day, clock
from autograder.scenarios.traffic.plan import Plan
from autograder.scenarios.traffic.pricing import in_force, price_list, units
from autograder.scenarios.traffic.records import Call, Feature, Request

__all__ = ["meter"]

_TTL = 5.0  # minutes from the last use
_BATCHED = 48  # hours: what may wait so long is batched already
_FAILED = ("length", "client_timeout", "content_filter")  # metered all the same
_UNMETERED = ("rate_limited", "server_error")


def meter(plan: Plan, day: Day) -> tuple[tuple[Call, ...], dict[tuple[str, str], int]]:
    """Return the meter's lines, and what each feature's tenants spent in units of 1e-11 dollars."""
    stream = Stream(plan.key, "meter")
    prices = price_list()
    rows = {f.model: in_force(prices, f.model, plan.today) for f in plan.features}
    features = {f.name: f for f in plan.features}
    warm: dict[tuple[str, str], float] = {}
    lines: list[Call] = []
    spend: dict[tuple[str, str], int] = {}
    for minute, request in zip(day.minutes, day.requests, strict=True):
        feature = features[request.feature]
        for attempt, status in enumerate(_attempts(stream), 1):
            at = minute + 0.5 * (attempt - 1)
            metered = status not in _UNMETERED
            tokens = _tokens(feature, request, at, warm) if metered else (None,) * 4
            batched = feature.wait_hours >= _BATCHED
            line = _line(stream, plan, request, attempt, status, at, tokens, batched=batched)
            if metered:
                who = request.feature, request.tenant
                cost = units(rows[request.model], [t or 0 for t in tokens], batched)
                spend[who] = spend.get(who, 0) + cost
            lines += [line] * (2 if stream.chance(0.02) else 1)
    return tuple(lines), spend


def _attempts(stream: Stream) -> list[str]:
    """Draw how a request's attempts end; the last one is the answer."""
    ends: list[str] = []
    while len(ends) < 2 and stream.chance(0.12):
        ends.append(stream.choice(_FAILED if stream.chance(0.6) else _UNMETERED))
    return [*ends, "ok"]


def _tokens(
    feature: Feature, request: Request, at: float, warm: dict[tuple[str, str], float]
) -> tuple[int | None, ...]:
    """Count input, cache reads, cache writes and output of one attempt."""
    if not feature.cached:
        return feature.prefix_tokens + request.tokens, 0, 0, request.output
    prefix = feature.name, request.version
    read = at - warm.get(prefix, -_TTL - 1) <= _TTL
    warm[prefix] = at
    kept = (feature.prefix_tokens, 0) if read else (0, feature.prefix_tokens)
    return request.tokens, *kept, request.output


def _line(
    stream: Stream, plan: Plan, request: Request, attempt: int, status: str, at: float,
    tokens: Sequence[int | None], *, batched: bool,
) -> Call:  # fmt: skip
    first = attempt == 1
    return Call(
        f"c{int(stream.unit() * 2**40):010x}",
        request.id,
        attempt,
        clock(plan.today, min(at, 24 * 60 - 0.02)),
        request.feature if first else None,
        request.tenant if first else None,
        request.model,
        "batch" if batched else "live",
        status,
        *tokens,
    )
