"""Which ids show the cause, and which rule the alternatives out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from autograder.scenarios.incidents.faults import CLASSES, PART_CLASS, Cause
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.records import Series
from autograder.scenarios.incidents.sealed import Decoy
from autograder.scenarios.incidents.view import View

__all__ = ["decoys", "rules_out", "supports"]

# Series that would move if a class were to blame: flat ones speak against it.
_WITNESSES: Mapping[str, tuple[str, ...]] = {
    "retrieval": (
        "retrieval.top_score", "retrieval.empty_rate", "retrieval.foreign_rate",
        "reranker.top_score",
    ),
    "prompt": ("prompt.tokens_in", "prompt.truncated_rate", "model.invalid_rate"),
    "model": (
        "model.p95_ms", "model.rate_limited", "model.refusal_rate", "model.tokens_out",
        "model.timeouts",
    ),
    "data": (
        "index.documents", "index.chunk_tokens", "index.duplicate_rate", "feed.documents",
        "feed.rejected",
    ),
    "infrastructure": (
        "retrieval.p95_ms", "retrieval.error_rate", "retrieval.cpu", "retrieval.memory",
        "cache.hit_rate", "model.error_rate",
    ),
}  # fmt: skip
_VERSIONED = ("prompt", "retrieval", "reranker")


def supports(plan: Plan, view: View, event: str, until: int) -> tuple[str, ...]:
    """Return the event, series, log lines and traces that show the cause."""
    reported = {s.name for s in view.public.series if _reported(s, plan.onset, until)}
    found = [event] if event else []
    found += [name for name in plan.family.signs if name in reported]
    acts = range(plan.onset, until)
    found += [n.log.id for n in view.lines if n.exposed and n.shows and n.minute in acts]
    found += [s.trace.id for s in view.traces if s.exposed and s.bad and s.minute in acts]
    return tuple(found)


def rules_out(
    plan: Plan, view: View, found: Sequence[Decoy], until: int
) -> dict[str, tuple[str, ...]]:
    """Return what speaks against each other class, and against each decoy event."""
    flat = {s.name for s in view.public.series if _flat(s, plan.onset, until)}
    made: dict[str, tuple[str, ...]] = {
        cause: tuple(name for name in _WITNESSES[cause] if name in flat)
        or _at_work(plan, view, cause, until)
        for cause in CLASSES
        if cause != plan.family.cause
    }
    for decoy in found:
        if decoy.kind == "event":
            made[decoy.id] = _against(plan, view, decoy, flat, until)
    return made


def _at_work(plan: Plan, view: View, cause: Cause, until: int) -> tuple[str, ...]:
    """Return log lines in which a class's parts do what they did before: for want of series."""
    return tuple(
        line.log.id
        for line in view.lines
        if line.minute in range(plan.onset, until)
        and PART_CLASS[line.log.part] == cause
        and not line.shows
    )


def _against(plan: Plan, view: View, decoy: Decoy, flat: set[str], until: int) -> tuple[str, ...]:
    """Return bad requests that the event cannot have spoilt, and flat series of its class."""
    event = next(e for e in view.public.events if e.id == decoy.id)
    cause = PART_CLASS[decoy.part]
    series = [n for n in _WITNESSES[cause] if n in flat and cause != plan.family.cause]
    acts = range(plan.onset, until)
    hit = [s for s in view.traces if s.exposed and s.bad and s.minute in acts]
    if decoy.minute >= plan.onset + 5 or decoy.minute <= plan.onset - 10:
        # It was worse before the event, or well for minutes after it.
        series += [f"tenant.{plan.service.customers[i].name}.bad" for i in plan.reached]
    return tuple(series) + tuple(
        s.trace.id
        for s in hit
        if s.minute < decoy.minute
        or (
            decoy.part in _VERSIONED
            and not s.trace.cached
            and s.trace.versions[decoy.part] < event.version
            and len(s.trace.versions[decoy.part]) == len(event.version)
        )
    )


def decoys(plan: Plan, view: View, ids: Sequence[str]) -> tuple[Decoy, ...]:
    """Return events, blips and alerts that have nothing to do with the fault."""
    shown = {e.id for e in view.public.events}
    made = [
        Decoy("event", e.minute, e.part, name)
        for name, e in zip(ids, plan.events, strict=True)
        if not e.causal and name in shown
    ]
    made += [Decoy("blip", b.start, next(iter(b.by)).removeprefix("slow_"), "") for b in plan.blips]
    made += [
        Decoy("alert", p.minute, p.part, a.id)
        for p, a in zip(view.pages, view.public.alerts, strict=True)
        if p.noise
    ]
    return tuple(made)


def _reported(series: Series, onset: int, until: int) -> bool:
    values = series.values[onset:until]
    return sum(v is not None for v in values) >= len(values) / 3


def _flat(series: Series, onset: int, until: int) -> bool:
    """Say whether a metric's median is after the onset what it was before."""
    before = [v for v in series.values[onset - 40 : onset] if v is not None]
    after = [v for v in series.values[onset + 3 : until] if v is not None]
    if len(before) < 10 or len(after) < 10:
        return False
    old, new = median(before), median(after)
    small = 0.01 if series.unit == "share" else 0.5 if series.unit == "1/min" else 0.0
    return abs(new - old) <= max(small, 0.04 * old)
