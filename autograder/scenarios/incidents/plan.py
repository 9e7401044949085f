"""What happens in an incident: the fault, whom it reaches, and what happens beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.errors import ContentError
from autograder.scenarios.draws import Stream
from autograder.scenarios.incidents.changes import FOREVER, Change
from autograder.scenarios.incidents.events import Planned, draw_events
from autograder.scenarios.incidents.faults import CLASSES, FAMILIES, Family, Scope
from autograder.scenarios.incidents.service import TOPOLOGIES, Service, draw_service

__all__ = ["Gap", "Plan", "draw_plan"]

_NOISE = 1009  # a prime: a step of another length walks through the table in another order


@dataclass(frozen=True)
class Gap:
    """Minutes without telemetry of a part; "tenants" stands for their counts."""

    part: str
    start: int
    end: int


@dataclass(frozen=True)
class Plan:
    """Everything that was drawn, before anything is simulated."""

    key: tuple[object, ...]
    topology: str
    service: Service
    family: Family
    severity: float
    onset: int
    scope: Scope
    reached: tuple[int, ...]  # tenants, by their place
    feature: str
    share: float  # of their requests
    events: tuple[Planned, ...]
    blips: tuple[Change, ...]
    gaps: tuple[Gap, ...]
    delay: int  # minutes until an alert is delivered
    muted: bool  # no alert on the objective is delivered
    fingerprints: tuple[tuple[int, str, bool], ...]  # from minute, name, whether only for exposed

    @cached_property
    def noise(self) -> tuple[float, ...]:
        """Return the table in which metrics find their noise; most plans are drawn and left."""
        stream = Stream(self.key, "noise")
        return tuple([stream.bell() for _ in range(_NOISE)])

    @property
    def exposure(self) -> tuple[float, ...]:
        """Return the share of each tenant's requests that the fault reaches."""
        count = len(self.service.customers)
        return tuple(self.share if i in self.reached else 0.0 for i in range(count))

    @property
    def pools(self) -> tuple[int, ...]:
        """Return the regions in which the fault changes load."""
        return tuple(sorted({self.service.customers[i].pool for i in self.reached}))

    def fault(self, start: int, end: int = FOREVER) -> list[Change]:
        """Return the fault's changes from one minute to another."""
        family, grave = self.family, self.severity
        to = {k: low + (high - low) * grave for k, (low, high) in family.to.items()}
        by = {k: low + (high - low) * grave for k, (low, high) in family.by.items()}
        at_once = {k: to.pop(k) for k in family.at_once}
        made = [Change(start, to, by, end, family.ramp, True, self.pools)]
        if at_once:
            made.append(Change(start, at_once, {}, end, 0, True, self.pools))
        return made

    def benign(self) -> list[Change]:
        """Return what the other events and the blips change."""
        return [e.change for e in self.events if e.change] + list(self.blips)

    @property
    def cause_event(self) -> Planned | None:
        """Return the event that brought the fault, if one did."""
        return next((e for e in self.events if e.causal), None)


def draw_plan(key: tuple[object, ...], families: Sequence[str], topologies: Sequence[str]) -> Plan:
    """Draw an incident of one of these families in one of these topologies."""
    stream = Stream(key, "plan")
    family, topology = _kind(stream, families, topologies)
    service = draw_service(Stream(key, "service"), topology, family.name != "cache_down")
    onset = stream.integer(115, 165)
    scope: Scope = stream.choice(
        [s for s in family.scopes if s != "region" or service.has("regions")]
    )
    if scope == "all" and family.scopes == ("all", "region") and service.has("regions"):
        scope = "region"
    reached, share, feature = _reach(stream, service, scope)
    events = draw_events(Stream(key, "events"), service, family, onset, share, scope == "rollout")
    return Plan(
        key, topology, service, family, stream.unit(), onset, scope, reached, feature, share,
        events, _blips(stream, service, onset), _gaps(stream, service, onset),
        stream.integer(10, 22) if stream.chance(0.25) else stream.integer(2, 5),
        stream.chance(0.12), _fingerprints(stream, family, onset),
    )  # fmt: skip


def _kind(stream: Stream, families: Sequence[str], topologies: Sequence[str]) -> tuple[Family, str]:
    """Draw the class evenly, then a family of it that some topology can have."""
    unknown = [*(set(families) - set(FAMILIES)), *(set(topologies) - set(TOPOLOGIES))]
    places = {
        name: [t for t in topologies if set(FAMILIES[name].needs) <= set(t.split("+"))]
        for name in families
        if name in FAMILIES
    }
    causes = [c for c in CLASSES if any(FAMILIES[n].cause == c and at for n, at in places.items())]
    if unknown or not causes:
        raise ContentError(
            f"stage() knows no family or topology {sorted(unknown)}, or none of these families "
            "fits these topologies. Choose from FAMILIES and TOPOLOGIES."
        )
    cause = stream.choice(causes)
    name = stream.choice([n for n, at in places.items() if at and FAMILIES[n].cause == cause])
    return FAMILIES[name], stream.choice(places[name])


def _reach(stream: Stream, service: Service, scope: Scope) -> tuple[tuple[int, ...], float, str]:
    """Draw the tenants that a fault reaches, and the share of their requests."""
    everyone = tuple(range(len(service.customers)))
    feature = next(iter(service.features)) if scope == "feature" else ""
    if scope == "feature":
        return everyone, service.features[feature], feature
    if scope == "rollout":
        return everyone, 0.6 + 0.1 * stream.integer(0, 3), ""
    if scope == "region":
        pool = stream.integer(0, 1)
        return tuple(i for i in everyone if service.customers[i].pool == pool), 1.0, ""
    if scope == "tenants":
        return _some(stream, service), 1.0, ""
    return everyone, 1.0, ""


def _some(stream: Stream, service: Service) -> tuple[int, ...]:
    """Draw tenants with at least 42 % of the requests, and leave one out."""
    total = sum(c.rate for c in service.customers)
    chosen: list[int] = []
    for place in stream.shuffled(range(len(service.customers)))[:-1]:
        chosen.append(place)
        if sum(service.customers[i].rate for i in chosen) >= 0.42 * total:
            break
    return tuple(sorted(chosen))


def _blips(stream: Stream, service: Service, onset: int) -> tuple[Change, ...]:
    """Draw one or two spells of latency that pass by themselves."""
    made = []
    for _ in range(stream.integer(1, 2)):
        part = stream.choice([p for p in ("retrieval", "reranker", "model") if p in service.parts])
        early = stream.chance(0.6)
        start = onset + (stream.integer(-90, -15) if early else stream.integer(8, 30))
        factor = 1.3 if part == "model" else float(stream.integer(4, 7))
        end = start + stream.integer(5, 11)
        made.append(Change(start, by={f"slow_{part}": factor}, end=end))
    return tuple(made)


def _gaps(stream: Stream, service: Service, onset: int) -> tuple[Gap, ...]:
    """Draw telemetry that is missing: of a part in half of the incidents, of the counts in some."""
    made = []
    if stream.chance(0.5):
        part = stream.choice([p for p in service.parts if p not in ("fallback", "gateway")])
        start = onset + stream.integer(-15, 12)
        made.append(Gap(part, start, start + stream.integer(20, 90)))
    if stream.chance(0.3):
        start = onset + stream.integer(8, 30)
        made.append(Gap("tenants", start, start + stream.integer(4, 9)))
    return tuple(made)


def _fingerprints(stream: Stream, family: Family, onset: int) -> tuple[tuple[int, str, bool], ...]:
    """Draw which builds of the model answer: one changes early at times, one with the fault."""
    names = [f"fp_{stream.integer(4096, 65535):04x}" for _ in range(3)]
    made = [(0, names[0], False)]
    if stream.chance(0.4):
        made.append((onset - stream.integer(40, 100), names[1], False))
    if family.name in ("silent_update", "refusals_up"):
        made.append((onset, names[2], True))
    return tuple(made)
