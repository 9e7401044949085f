"""Render what a responder sees of a course up to a minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.scenarios.draws import Stream
from autograder.scenarios.incidents.alarms import (
    TARGET,
    Page,
    bad_shares,
    complain,
    page,
    shown_complaints,
)
from autograder.scenarios.incidents.clock import Clock, draw_clock
from autograder.scenarios.incidents.course import Step, event_ids
from autograder.scenarios.incidents.journal import Line, write_logs
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.records import Event, Objective, Part, Public, Tenant
from autograder.scenarios.incidents.rules import RULES
from autograder.scenarios.incidents.service import Service
from autograder.scenarios.incidents.simulation import LATE_MS, Moment
from autograder.scenarios.incidents.telemetry import measure
from autograder.scenarios.incidents.tracing import Sampled, sample

__all__ = ["HOLD", "View", "render"]

HOLD, _DAYS = 30, 28
_CALLS: Mapping[str, tuple[str, ...]] = {
    "gateway": ("cache", "retrieval", "prompt"),
    "cache": (),
    "retrieval": ("index", "reranker"),
    "reranker": (),
    "prompt": ("model", "fallback"),
    "model": (),
    "fallback": (),
    "index": ("feed",),
    "feed": (),
}
_NOTES: Mapping[str, str] = {
    "gateway": "takes requests, retries failed attempts {retries:.0f} times",
    "cache": "keeps answers for about 30 minutes",
    "retrieval": "embeds the question and searches the vector store, 8 passages",
    "reranker": "orders the passages anew",
    "prompt": "assembles question and passages after a template",
    "model": "a provider's model, under a quota",
    "fallback": "another provider's model; {contract}",
    "index": "refreshed every 30 minutes",
    "feed": "pulls the tenants' documents",
}


@dataclass(frozen=True)
class View:
    """A public view, and what is sealed about its traces, log lines and alerts."""

    public: Public
    traces: Sequence[Sampled]
    lines: Sequence[Line]
    pages: Sequence[Page]


def render(
    plan: Plan,
    course: Sequence[Moment],
    until: int,
    steps: Sequence[Step] = (),
    only: Sequence[str] = (),
) -> View:
    """Show the minutes before `until`; `steps` are responses that the record names.

    `only` gives the view of a service that reports these metrics, the counts by
    tenant, and nothing else: no traces, no logs, no alerts on other metrics.
    """
    service = plan.service
    clock = draw_clock(Stream(plan.key, "clock"), service.clock)
    series = measure(plan, course, until, only)
    bad = bad_shares(course)
    traces = sample(plan, course, clock, until) if not only else []
    lines = write_logs(plan, course, clock, until) if not only else []
    pages = page(plan, bad, series, until)
    public = Public(
        service=service.name,
        start=clock.utc(0),
        minutes=until,
        zones=clock.zones,
        rules=RULES,
        objective=_objective(service),
        regions=service.regions,
        features=service.features,
        parts=tuple(_part(service, name) for name in service.parts),
        tenants=tuple(Tenant(c.name, service.regions[c.pool], c.credit) for c in service.customers),
        series=series,
        traces=tuple(s.trace for s in traces),
        logs=tuple(line.log for line in lines),
        events=_events(plan, clock, until, steps),
        alerts=tuple(p.shown(clock, i) for i, p in enumerate(pages, 1)),
        complaints=shown_complaints(plan, complain(plan, bad), clock, until),
    )
    return View(public, traces, lines, pages)


def _objective(service: Service) -> Objective:
    """Expect three quarters of the peak on average, which is the parabola's mean."""
    minutes = _DAYS * 1440
    requests = int(0.75 * minutes * sum(c.rate for c in service.customers))
    return Objective(TARGET, _DAYS, requests, int(LATE_MS), HOLD)


def _part(service: Service, name: str) -> Part:
    calls = tuple(c for c in _CALLS[name] if c in service.parts)
    contract = (
        "tested with the prompt in use"
        if service.contract
        else "needs a prompt of its own, or its answers do not parse"
    )
    note = _NOTES[name].format(retries=service.load[0]["retries"], contract=contract)
    if name == "gateway" and len(service.regions) == 2:
        note += "; one region can carry both" if service.spare else "; neither region carries both"
    return Part(name, calls, note)


def _events(plan: Plan, clock: Clock, until: int, steps: Sequence[Step]) -> tuple[Event, ...]:
    made = [
        Event(name, clock.local(e.minute), e.kind, e.part, e.version, _said(e.text, e.share))
        for name, e in zip(event_ids(plan), plan.events, strict=True)
        if e.minute < until
    ]
    made += [
        Event(f"rs-{i:02d}", clock.local(s.start), "response", "", "",
              f"{s.kind} {s.target}".strip() + f", in effect after {s.done - s.start} minutes")
        for i, s in enumerate(steps, 1)
        if s.start < until
    ]  # fmt: skip
    return tuple(made)


def _said(text: str, share: float) -> str:
    return text if share == 1.0 else f"{text}; to {100 * share:.0f} percent of the requests"
