"""Metrics: what the exporters report of each minute, with noise and with gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from autograder.scenarios.incidents.changes import Settings
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.records import Series
from autograder.scenarios.incidents.simulation import (
    BASE_P50,
    BASE_P95,
    Flow,
    Moment,
    waiting,
)

__all__ = ["failing", "measure"]

Row = dict[str, float]
# Unit, relative noise and digits of each metric; counts of things are whole numbers.
_METRICS: Mapping[str, tuple[str, float, int]] = {
    "gateway.p50_ms": ("ms", 0.03, 0),
    "gateway.p95_ms": ("ms", 0.05, 0),
    "cache.hit_rate": ("share", 0.03, 3),
    "retrieval.requests": ("1/min", 0.0, 0),
    "retrieval.error_rate": ("share", 0.25, 4),
    "retrieval.p50_ms": ("ms", 0.04, 0),
    "retrieval.p95_ms": ("ms", 0.07, 0),
    "retrieval.empty_rate": ("share", 0.15, 3),
    "retrieval.foreign_rate": ("share", 0.1, 3),
    "retrieval.top_score": ("score", 0.008, 3),
    "retrieval.cpu": ("share", 0.05, 3),
    "retrieval.memory": ("share", 0.015, 3),
    "reranker.requests": ("1/min", 0.0, 0),
    "reranker.error_rate": ("share", 0.25, 4),
    "reranker.p95_ms": ("ms", 0.07, 0),
    "reranker.top_score": ("score", 0.01, 3),
    "prompt.tokens_in": ("tokens", 0.015, 0),
    "prompt.truncated_rate": ("share", 0.2, 3),
    "model.requests": ("1/min", 0.0, 0),
    "model.error_rate": ("share", 0.25, 4),
    "model.rate_limited": ("share", 0.1, 4),
    "model.timeouts": ("share", 0.1, 4),
    "model.p50_ms": ("ms", 0.03, 0),
    "model.p95_ms": ("ms", 0.05, 0),
    "model.tokens_out": ("tokens", 0.025, 0),
    "model.refusal_rate": ("share", 0.15, 3),
    "model.invalid_rate": ("share", 0.15, 4),
    "model.cost_usd": ("USD", 0.02, 3),
    "fallback.requests": ("1/min", 0.0, 0),
    "index.age_min": ("min", 0.0, 0),
    "index.documents": ("documents", 0.0004, 0),
    "index.chunk_tokens": ("tokens", 0.006, 0),
    "index.duplicate_rate": ("share", 0.05, 3),
    "feed.documents": ("1/min", 0.2, 0),
    "feed.rejected": ("1/min", 0.5, 0),
}
_REVIEWED = 0.05  # share of the answers that the online evaluation looks at
_JUDGED = ("relevant", "grounded", "correct")
_REFRESH = 30  # minutes between refreshes of the index


def measure(
    plan: Plan, course: Sequence[Moment], until: int, only: Sequence[str] = ()
) -> tuple[Series, ...]:
    """Return the metrics of the minutes before `until`, gaps left out; all, or `only` these."""
    parts = set(plan.service.parts)
    columns: dict[str, list[float]] = {}
    counts = _counts(plan, course[:until])
    requests = [sum(column) for column in zip(*counts[0].values(), strict=True)]
    columns["gateway.requests"] = requests
    known: dict[tuple[int, float], Row] = {}
    timed = not only or any(name.endswith(("_ms", ".cpu")) for name in only)
    rows = [_row(m, r, known, timed) for m, r in zip(course[:until], requests, strict=True)]
    columns["gateway.attempts"] = [round(row["attempts"]) for row in rows]
    columns["gateway.failed"] = [round(row["failed"]) for row in rows]
    ages = _ages(plan, course[:until])
    for row, age, minute in zip(rows, ages, range(until), strict=True):
        row["index.age_min"] = age
        row["index.documents"] *= plan.service.documents + 4 * minute
    for name, (_, noise, digits) in _METRICS.items():
        if name.partition(".")[0] in parts and (not only or name in only):
            columns[name] = _noisy(plan, name, rows, noise, digits or None)
    if not only or "quality.reviewed" in only:
        columns |= _reviews(plan, rows)
    for tenant in counts[0]:
        columns[f"tenant.{tenant}.requests"] = counts[0][tenant]
        columns[f"tenant.{tenant}.bad"] = counts[1][tenant]
    return tuple(_series(plan, name, values) for name, values in columns.items())


def _series(plan: Plan, name: str, values: list[float]) -> Series:
    part = name.partition(".")[0]
    shown: list[float | None] = [*values]
    for gap in plan.gaps:
        if part == gap.part.removesuffix("s"):
            shown[gap.start : gap.end] = [None for _ in shown[gap.start : gap.end]]
    unit = _METRICS[name][0] if name in _METRICS else "1/min"
    return Series(name, "gateway" if part in ("tenant", "quality") else part, unit, tuple(shown))


def _walk(plan: Plan, name: str, length: int) -> list[float]:
    """Return a metric's noise: its own walk through the table."""
    code = sum((i + 1) * ord(letter) for i, letter in enumerate(name))
    size, noise = len(plan.noise), plan.noise
    at, step = code % size, 1 + code % (size - 2)
    return [noise[i % size] for i in range(at, at + step * length, step)]


def _noisy(
    plan: Plan, name: str, rows: Sequence[Row], share: float, digits: int | None
) -> list[float]:
    """Add noise in proportion; a share stays a share."""
    if not share:
        return [round(row[name], digits) for row in rows]
    walk = _walk(plan, name, len(rows))
    made = [round(row[name] * (1 + share * z), digits) for row, z in zip(rows, walk, strict=True)]
    if _METRICS[name][0] == "share":
        return [1.0 if value > 1.0 else value for value in made]
    return [0 if value < 0 else value for value in made] if share > 0.28 else made


def _binomial(
    plan: Plan, name: str, tried: Sequence[float], chance: Sequence[float]
) -> list[float]:
    """Return whole counts with the spread of a binomial."""
    made: list[float] = []
    for n, p, z in zip(tried, chance, _walk(plan, name, len(tried)), strict=True):
        spread = (n * p * (1 - p)) ** 0.5 if 0 < p < 1 else 0.0
        drawn = round(n * p + spread * z)
        made.append(0 if drawn < 0 else n if drawn > n else drawn)
    return made


def _counts(
    plan: Plan, course: Sequence[Moment]
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return each tenant's requests and bad answers; both are counted once, retries or not."""
    requests: dict[str, list[float]] = {}
    bad: dict[str, list[float]] = {}
    days = plan.service.days[: len(course)]
    for place, customer in enumerate(plan.service.customers):
        walk = _walk(plan, f"tenant.{customer.name}.requests", len(days))
        requests[customer.name] = [
            round(customer.rate * day * (1 + 0.06 * z)) for day, z in zip(days, walk, strict=True)
        ]
        share = plan.exposure[place]
        flows = [moment.flows[moment.pool[place]] for moment in course]
        chances = [share * f.bad_exposed + (1 - share) * f.bad_other for f in flows if f]
        name = f"tenant.{customer.name}.bad"
        bad[customer.name] = _binomial(plan, name, requests[customer.name], chances)
    return requests, bad


def _reviews(plan: Plan, rows: Sequence[Row]) -> dict[str, list[float]]:
    seen: list[float] = [round(row["answers"] * _REVIEWED) for row in rows]
    made = {"quality.reviewed": seen}
    for name in _JUDGED:
        column = f"quality.{name}"
        made[column] = _binomial(plan, column, seen, [row[name] for row in rows])
    return made


def _ages(plan: Plan, course: Sequence[Moment]) -> list[float]:
    """Return the age of the newest document in the index: refreshed each half hour, if fed."""
    ages, age = [], float(plan.onset % _REFRESH)
    for minute, moment in enumerate(course):
        fed = moment.settings.stock["feed"] > 0.5
        age = 2.0 if fed and (minute + plan.onset) % _REFRESH == 0 else age + 1
        ages.append(age)
    return ages


def _row(moment: Moment, requests: float, known: dict[tuple[int, float], Row], timed: bool) -> Row:
    """Mix the regions of one minute into the service's figures, weighted by their requests."""
    flows = [(pool, flow) for pool, flow in enumerate(moment.flows) if flow is not None]
    total = sum(flow.attempts for _, flow in flows)
    expected = sum(flow.requests for _, flow in flows)
    row: Row = {}
    for pool, flow in flows:
        key = id(moment.settings), flow.share
        if key not in known:
            known[key] = _answers(moment.settings, flow.share)
        own = _counted(moment, pool, flow) | known[key]
        if timed:
            own |= _timed(moment, pool, flow)
        if len(flows) == 1:
            row = own
            break
        weight = flow.requests / expected
        row = {name: row.get(name, 0.0) + weight * value for name, value in own.items()}
    row["attempts"] = requests * total / expected
    row["failed"] = requests * row.pop("failing")
    _extensive(row, moment.settings.stock)
    return row


def _extensive(row: Row, stock: Mapping[str, float]) -> None:
    """Turn shares into counts, and add what the stores report."""
    behind = row["attempts"] * (1 - row["cache.hit_rate"])
    row["retrieval.requests"] = behind
    row["reranker.requests"] = behind * (1 - row["retrieval.error_rate"])
    called = row["reranker.requests"] * (1 - row["reranker.error_rate"])
    elsewhere = called * stock["fallback"]
    row["model.requests"], row["fallback.requests"] = called - elsewhere, elsewhere
    tokens = row["prompt.tokens_in"] * 3e-6 + row["model.tokens_out"] * 1.5e-5
    row["model.cost_usd"] = called * (1 - row["model.rate_limited"]) * tokens * row.pop("price")
    row["answers"] = max(row["attempts"] - row["failed"], 0.0)
    row["index.documents"] = stock["documents"]
    row["index.chunk_tokens"] = stock["chunk"]
    row["index.duplicate_rate"] = stock["duplicates"]
    row["feed.documents"], row["feed.rejected"] = stock["feed"], stock["rejected"]
    row["retrieval.memory"] = stock["memory"]


def _counted(moment: Moment, pool: int, flow: Flow) -> Row:
    """Return a region's shares of calls that hit, fail or are refused, and its price."""
    load = moment.settings.load[pool]
    row: Row = {"cache.hit_rate": flow.hit, "price": load["price"], "failing": failing(flow, load)}
    for part, used in (("retrieval", flow.busy_retrieval), ("reranker", flow.busy_reranker)):
        row[f"{part}.error_rate"] = 1 - (1 - load[f"loss_{part}"]) / max(used, 1.0)
    return row | {
        "model.error_rate": load["loss_model"],
        "model.rate_limited": 1 - 1 / max(flow.busy_model, 1.0),
        "model.timeouts": flow.timeouts,
    }


def _timed(moment: Moment, pool: int, flow: Flow) -> Row:
    """Return a region's latencies and its use of processors."""
    load = moment.settings.load[pool]
    used = {
        "retrieval": flow.busy_retrieval,
        "reranker": flow.busy_reranker,
        "model": flow.busy_model,
    }
    row: Row = {}
    for part, busy in used.items():
        factor = load[f"slow_{part}"] * waiting(busy)
        row[f"{part}.p95_ms"] = BASE_P95[part] * factor
        row[f"{part}.p50_ms"] = BASE_P50[part] * (1 + (factor - 1) * 0.6)
    row["retrieval.cpu"] = min(1.0, flow.busy_retrieval * 0.9 + 0.03)
    row["gateway.p95_ms"] = flow.p95
    row["gateway.p50_ms"] = 30 + sum(row[f"{part}.p50_ms"] for part in BASE_P50) * (1 - flow.hit)
    return row


def _answers(settings: Settings, share: float) -> Row:
    """Return what is reported of answers, of which the fault reaches a share."""
    one, two = settings.exposed, settings.other
    row = {name: share * one[name] + (1 - share) * two[name] for name in two}
    return {
        "model.tokens_out": row["tokens_out"],
        "model.refusal_rate": 1 - row["answered"],
        "model.invalid_rate": 1 - row["valid"],
        "retrieval.empty_rate": row["empty"],
        "retrieval.foreign_rate": row["foreign"],
        "retrieval.top_score": row["score"],
        "reranker.top_score": row["rerank"],
        "prompt.tokens_in": row["tokens_in"],
        "prompt.truncated_rate": row["truncated"],
    } | {name: row[name] for name in _JUDGED}


def failing(flow: Flow, load: Mapping[str, float]) -> float:
    """Return the share of requests without an answer after all retries."""
    again = load["retries"] + 1
    mean: float = flow.share * flow.fail_exposed**again + (1 - flow.share) * flow.fail_other**again
    turned_away = 1 - (1 - load["shed"]) * (1 - load["off"])
    return turned_away + (1 - turned_away) * mean * (1 - flow.hit)
