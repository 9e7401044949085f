"""What a responder may see of an incident.

A metric's values are one a minute from `Public.start`; None is a minute without
telemetry. Clock times carry the zone of their source, see `Public.zones`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

__all__ = [
    "Alert", "Complaint", "Event", "Log", "Objective", "Part", "Public", "Series", "Tenant",
    "Trace",
]  # fmt: skip


_READY = frozenset({bool, float, int, str, type(None)})  # most of what there is: no call for it


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {k: v if type(v) in _READY else _plain(v) for k, v in vars(value).items()}
    if isinstance(value, tuple):
        return [item if type(item) in _READY else _plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value


@dataclass(frozen=True)
class Part:
    """One part of the service, what it calls, and what is known of it."""

    name: str
    calls: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Tenant:
    """One customer: its home region, and the credit in dollars for each failed request."""

    name: str
    region: str
    credit_usd: float


@dataclass(frozen=True)
class Objective:
    """The service level objective: `target` is the share of good requests over `days`."""

    target: float
    days: int
    requests: int  # expected in those days
    late_ms: int  # a later answer is not good
    hold_minutes: int  # so long the target must hold before the service counts as restored


@dataclass(frozen=True)
class Series:
    """One metric of a part, a value a minute."""

    name: str
    part: str
    unit: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Trace:
    """One sampled request. `versions` served it; a verdict is None where nobody reviewed it."""

    id: str
    at: str
    tenant: str
    region: str
    feature: str
    attempts: int
    cached: bool
    status: str
    versions: Mapping[str, str]
    ms: Mapping[str, int]
    passages: int
    foreign: int  # of them, of another tenant
    top_score: float
    tokens_in: int
    tokens_out: int
    relevant: bool | None
    grounded: bool | None
    correct: bool | None


@dataclass(frozen=True)
class Log:
    """One line of a part's log."""

    id: str
    at: str
    part: str
    level: str
    text: str


@dataclass(frozen=True)
class Event:
    """One deploy, change of configuration, data delivery, provider notice or response."""

    id: str
    at: str
    kind: str
    part: str
    version: str
    text: str


@dataclass(frozen=True)
class Alert:
    """One alert: when its rule fired, and when it reached the person on call."""

    id: str
    at: str
    delivered: str
    part: str
    text: str


@dataclass(frozen=True)
class Complaint:
    """One message from a tenant, in the help desk's local time, without an offset."""

    id: str
    at: str
    tenant: str
    text: str


@dataclass(frozen=True)
class Public:
    """Everything that a responder may see up to minute `minutes`. Holds no label and no seed."""

    service: str
    start: str
    minutes: int
    zones: Mapping[str, str]
    rules: tuple[str, ...]
    objective: Objective
    regions: tuple[str, ...]
    features: Mapping[str, float]
    parts: tuple[Part, ...]
    tenants: tuple[Tenant, ...]
    series: tuple[Series, ...]
    traces: tuple[Trace, ...]
    logs: tuple[Log, ...]
    events: tuple[Event, ...]
    alerts: tuple[Alert, ...]
    complaints: tuple[Complaint, ...]

    def metric(self, name: str) -> tuple[float | None, ...]:
        """Return a series' values by its name."""
        return next(s.values for s in self.series if s.name == name)

    def plain(self) -> dict[str, Any]:
        """Return it as dicts, lists, strings and numbers."""
        made = {name: _plain(value) for name, value in vars(self).items() if name != "series"}
        made["series"] = [{**vars(s), "values": list(s.values)} for s in self.series]
        return made
