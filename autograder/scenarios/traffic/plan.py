"""Draw a service: features, tenants, kinds of work and how good each model is at them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from autograder.scenarios.draws import Stream
from autograder.scenarios.traffic.records import Feature, Tenant
from autograder.scenarios.traffic.sealed import Slice
from autograder.scenarios.traffic.wording import FEATURES, KINDS, SERVICES, TENANTS

__all__ = ["CHEAP", "CURRENT", "Plan", "draw_plan"]

CURRENT, CHEAP = "practice-large", "practice-small"
_FIRST = date(2026, 2, 9)  # a Monday; 98 days from any of the starts stay within the price list


@dataclass(frozen=True)
class Plan:
    """What is fixed before a request is made."""

    key: tuple[object, ...]
    service: str
    start: date
    days: int
    features: tuple[Feature, ...]
    tenants: tuple[Tenant, ...]
    weights: tuple[float, ...]  # of the features
    sizes: tuple[float, ...]  # of the tenants
    slices: tuple[Slice, ...]
    kinds: Mapping[str, tuple[str, ...]]

    @cached_property
    def today(self) -> str:
        """Return the logged day: the last Friday of the history."""
        return (self.start + timedelta(days=self.days - 3)).isoformat()


def draw_plan(key: tuple[object, ...], features: int, tenants: int, weeks: int) -> Plan:
    """Draw features of every sort in use: cached or not, for a tenant or a user, urgent or not."""
    stream = Stream(key, "plan")
    names = stream.sample(FEATURES, features)
    made = tuple(_feature(stream, name, place) for place, name in enumerate(names))
    sizes = _shares([0.4 + stream.unit() for _ in range(tenants)])
    who = stream.sample(TENANTS, tenants)
    slices = tuple(s for f in made for s in _slices(stream, f))
    return Plan(
        key=key,
        service=stream.choice(SERVICES),
        start=_FIRST + timedelta(weeks=stream.integer(0, 33 - (weeks - 10))),
        days=7 * weeks,
        features=made,
        tenants=tuple(Tenant(name, stream.integer(4, 40) / 2) for name in who),
        weights=_shares([0.5 + stream.unit() for _ in made]),
        sizes=sizes,
        slices=slices,
        kinds={f.name: tuple(s.kind for s in slices if s.feature == f.name) for f in made},
    )


def _feature(stream: Stream, name: str, place: int) -> Feature:
    """Draw a feature; the first three differ so that each opportunity exists."""
    return Feature(
        name=name,
        model=CURRENT,
        scope="user" if place == 1 or stream.chance(0.15) else "tenant",
        wait_hours=(0, 48, 24)[place] if place < 3 else stream.choice((0, 0, 2, 24, 48)),
        prefix_tokens=stream.integer(11, 60) * 100,
        cached=place == 0 or stream.chance(0.5),
    )


def _slices(stream: Stream, feature: Feature) -> list[Slice]:
    """Draw kinds of work; the cheap model is as good at half of them, and far worse at the rest."""
    kinds = stream.sample(KINDS, stream.integer(2, 4))
    shares = _shares([0.15 + stream.unit() for _ in kinds])
    bad = stream.integer(0, 1)
    return [
        Slice(
            feature.name,
            kind,
            share,
            current=0.82 + 0.14 * stream.unit(),
            loss=0.06 + 0.2 * stream.unit() if (i + bad) % 2 else 0.009 * stream.unit() - 0.005,
        )
        for i, (kind, share) in enumerate(zip(kinds, shares, strict=True))
    ]


def _shares(values: list[float]) -> tuple[float, ...]:
    return tuple(value / sum(values) for value in values)
