"""Alerts and complaints: those the fault causes, those it does not, and when they arrive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from autograder.scenarios.draws import Stream
from autograder.scenarios.incidents.clock import Clock
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.records import Alert, Complaint, Series
from autograder.scenarios.incidents.service import HORIZON
from autograder.scenarios.incidents.simulation import Moment

__all__ = [
    "TARGET",
    "Page",
    "bad_shares",
    "burn",
    "complain",
    "detection",
    "page",
    "rolling",
    "shown_complaints",
]

TARGET = 0.9
_BURN, _WINDOW = 0.12, 5  # alert on the objective: this share of bad requests over five minutes
_COMPLAINTS = 3  # in one hour count as detection
# Alerts on parts: a factor of the first hour's median, or a bound; each is configured or not.
_FACTORS: Mapping[str, float] = {
    "retrieval.p95_ms": 2.5,
    "reranker.p95_ms": 2.5,
    "model.p95_ms": 1.8,
    "gateway.attempts": 1.25,
    "model.cost_usd": 1.3,
}
_BOUNDS: Mapping[str, float] = {
    "retrieval.error_rate": 0.05,
    "retrieval.cpu": 0.93,
    "retrieval.memory": 0.85,
    "model.rate_limited": 0.05,
    "model.invalid_rate": 0.08,
    "index.age_min": 90.0,
}
_NOISE = (
    "disk is 82 percent full",
    "a worker was restarted",
    "certificate expires in 21 days",
    "CPU above 85 percent for one minute",
    "slow health check",
)
_COMPLAINT = (
    "The assistant is not usable for us right now.",
    "Answers have been poor today, please look.",
    "My team stopped trusting what it says.",
    "Is there a problem on your side?",
    "We get nothing useful any more.",
)
_UNRELATED = (
    "How do I export a conversation?",
    "One answer was wrong yesterday.",
    "The login page looks odd on my phone.",
)


@dataclass(frozen=True)
class Page:
    """An alert with its minutes; `delivered` is -1 where nobody got it."""

    minute: int
    delivered: int
    part: str
    text: str
    noise: bool = False

    def shown(self, clock: Clock, number: int) -> Alert:
        """Return it as a responder sees it."""
        delivered = clock.utc(self.delivered) if self.delivered >= 0 else ""
        return Alert(f"al-{number:02d}", clock.utc(self.minute), delivered, self.part, self.text)


def bad_shares(course: Sequence[Moment]) -> list[float]:
    """Return the expected share of bad requests of every minute."""
    made = []
    for moment in course:
        bad = total = 0.0
        for flow in moment.flows:
            if flow is not None:
                total += flow.requests
                bad += flow.requests * (
                    flow.share * flow.bad_exposed + (1 - flow.share) * flow.bad_other
                )
        made.append(bad / total)
    return made


def rolling(values: Sequence[float], size: int = _WINDOW) -> list[float]:
    """Return the mean of each value and those before it, `size` in all."""
    made, total = [], 0.0
    for i, value in enumerate(values):
        total += value - (values[i - size] if i >= size else 0.0)
        made.append(total / min(i + 1, size))
    return made


def burn(plan: Plan, bad: Sequence[float]) -> Page | None:
    """Return the alert on the objective."""
    fired = next((i for i, b in enumerate(rolling(bad)) if b >= _BURN and i >= plan.onset), None)
    if fired is None:
        return None
    delivered = -1 if plan.muted else fired + plan.delay
    return Page(fired, delivered, "gateway", "objective: bad requests above 12 percent")


def complain(plan: Plan, bad: Sequence[float]) -> list[tuple[int, int, str]]:
    """Return complaints as minute, tenant's place and text; those of the fault follow it."""
    stream = Stream(plan.key, "complaints")
    made = [
        (plan.onset - stream.integer(5, 100), stream.integer(0, len(plan.exposure) - 1),
         stream.choice(_UNRELATED))
        for _ in range(stream.integer(0, 2))
    ]  # fmt: skip
    minute = plan.onset + stream.integer(9, 20) + plan.family.ramp // 2
    for _ in range(6):
        who, text = stream.choice(plan.reached), stream.choice(_COMPLAINT)
        if minute < HORIZON and bad[minute] > 0.08:
            made.append((minute, who, text))
        minute += stream.integer(4, 9)
    return sorted(made)


def detection(plan: Plan, bad: Sequence[float]) -> int:
    """Return the minute of detection by the public rule."""
    found = burn(plan, bad)
    times = [minute for minute, _, _ in complain(plan, bad)]
    third = [
        times[i]
        for i in range(_COMPLAINTS - 1, len(times))
        if times[i] - times[i - _COMPLAINTS + 1] <= 60
    ]
    if found and found.delivered >= 0:
        third.append(found.delivered)
    return min(third, default=HORIZON - 60)


def page(plan: Plan, bad: Sequence[float], series: Sequence[Series], until: int) -> list[Page]:
    """Return every alert that has fired before `until`, in order."""
    stream = Stream(plan.key, "alerts")
    made = []
    for _ in range(stream.integer(1, 3)):
        minute = plan.onset + stream.integer(-80, 2)
        part = stream.choice([p for p in plan.service.parts if p != "fallback"])
        made.append(Page(minute, minute, part, f"{part}: {stream.choice(_NOISE)}", True))
    found = {s.name: s for s in series}
    for name in (*_FACTORS, *_BOUNDS):
        if stream.chance(0.55) and name in found:
            made += _on_part(found[name])
    objective = burn(plan, bad)
    made += [objective] if objective else []
    shown = [p if p.delivered < until else Page(p.minute, -1, p.part, p.text) for p in made]
    return sorted((p for p in shown if p.minute < until), key=lambda p: (p.minute, p.text))


def _on_part(series: Series) -> list[Page]:
    """Fire once, when a metric has been above its limit for three minutes running."""
    first = [v for v in series.values[:60] if v is not None]
    limit = _BOUNDS.get(series.name) or _FACTORS[series.name] * median(first)
    run = 0
    for minute, value in enumerate(series.values):
        run = run + 1 if value is not None and value > limit else 0
        if run == 3:
            part = series.part
            return [Page(minute, minute + 1, part, f"{series.name} above {limit:.4g}")]
    return []


def shown_complaints(
    plan: Plan, found: Sequence[tuple[int, int, str]], clock: Clock, until: int
) -> tuple[Complaint, ...]:
    """Return the complaints before `until` as a responder sees them."""
    names = [c.name for c in plan.service.customers]
    return tuple(
        Complaint(f"cp-{i:02d}", clock.bare(minute), names[who], text)
        for i, (minute, who, text) in enumerate(found, 1)
        if minute < until
    )
