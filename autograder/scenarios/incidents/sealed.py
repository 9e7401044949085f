"""The truth about an incident, actions on it and what comes of them: for judges and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from autograder.scenarios.incidents.blast import Blast
from autograder.scenarios.incidents.faults import Cause, Scope
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.records import Public
from autograder.scenarios.incidents.simulation import Moment

__all__ = ["Decoy", "Incident", "Outcome", "Parameters", "Truth"]


@dataclass(frozen=True)
class Decoy:
    """Something that looks like a cause and is none: an event, a blip or an alert."""

    kind: str
    minute: int
    part: str
    id: str


@dataclass(frozen=True)
class Parameters:
    """What an incident was staged with."""

    seed: int
    realm: str
    families: tuple[str, ...]
    topologies: tuple[str, ...]
    handled: bool


@dataclass(frozen=True)
class Truth:
    """What happened, and which ids show it.

    `event` is the id of the event that brought the fault, or "". `supports` are
    ids of events, logs and traces, and names of series, that show the cause;
    `rules_out` gives, for every other class and every decoy event, those that
    speak against it, none where telemetry cannot. `sharp` is False where the
    onset cannot be told to a bucket.
    """

    cause: Cause
    family: str
    part: str
    scope: Scope
    onset: int
    sharp: bool
    detected: int
    restored: int | None
    event: str
    blast: Blast
    decoys: tuple[Decoy, ...]
    supports: tuple[str, ...]
    rules_out: Mapping[str, tuple[str, ...]]
    topology: str
    parameters: Parameters


@dataclass(frozen=True)
class Outcome:
    """What the actions made of the incident, minute by minute and in sum.

    `good`, `failed` and `p95_ms` are one a minute over the horizon. `lost` is
    user-minutes: requests that failed beyond the usual and disclosures, times
    the minutes each costs; `disclosed` counts the disclosures. `restored` is the
    minute from which the objective held for the stated window, the onset where
    it was never missed, None where it never held again.
    """

    good: tuple[float, ...]
    failed: tuple[float, ...]
    p95_ms: tuple[int, ...]
    lost: float
    disclosed: float
    onset: int
    detected: int
    restored: int | None
    false_pages: int
    effort_minutes: int
    cost_usd: float
    side_effects: tuple[str, ...]

    @property
    def detection_gap(self) -> int:
        """Return the minutes from onset to detection."""
        return self.detected - self.onset

    @property
    def time_to_restore(self) -> int | None:
        """Return the minutes from detection until the objective held, or None."""
        return None if self.restored is None else max(0, self.restored - self.detected)


@dataclass(frozen=True)
class Incident:
    """An incident: the public view, the sealed truth, and what a replay starts from."""

    public: Public
    truth: Truth
    plan: Plan = field(repr=False)
    course: tuple[Moment, ...] = field(repr=False)
