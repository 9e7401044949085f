"""The settings of the service, and changes of them: a fault, a deploy and a mitigation alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

__all__ = ["ANSWER", "FOREVER", "LOAD", "STOCK", "Change", "Settings", "Timeline"]

FOREVER = 10**6

# Chances that a step of an answer goes well, and what telemetry reports beside them.
ANSWER: Mapping[str, float] = {
    "relevant": 0.99,
    "grounded": 0.985,
    "correct": 0.99,
    "answered": 0.99,
    "valid": 0.998,
    "empty": 0.02,
    "foreign": 0.0,
    "score": 0.78,
    "rerank": 0.81,
    "tokens_in": 2400.0,
    "truncated": 0.01,
    "tokens_out": 260.0,
}
# `load_*` is utilisation under the region's demand around the onset, `slow_*` a factor of latency,
# `loss_*` the share of calls that fail whatever the load.
LOAD: Mapping[str, float] = {
    "hit": 0.0,
    "load_retrieval": 0.65,
    "load_reranker": 0.6,
    "load_model": 0.68,
    "slow_retrieval": 1.0,
    "slow_reranker": 1.0,
    "slow_model": 1.0,
    "loss_retrieval": 0.001,
    "loss_reranker": 0.001,
    "loss_model": 0.002,
    "retries": 1.0,
    "shed": 0.0,
    "off": 0.0,
    "price": 1.0,
}
STOCK: Mapping[str, float] = {
    "documents": 1.0,
    "chunk": 310.0,
    "duplicates": 0.02,
    "feed": 12.0,
    "rejected": 0.3,
    "memory": 0.55,
    "fallback": 0.0,
}


@dataclass(frozen=True)
class Change:
    """Settings that differ from minute `start` up to `end`, in full after `ramp` minutes.

    `to` sets, `by` multiplies. `exposed` limits answers to the requests that a
    fault reaches, `pools` limits load to some regions.
    """

    start: int
    to: Mapping[str, float] = field(default_factory=dict)
    by: Mapping[str, float] = field(default_factory=dict)
    end: int = FOREVER
    ramp: int = 0
    exposed: bool = False
    pools: tuple[int, ...] = (0, 1)

    def level(self, minute: int) -> float:
        """Return how far it acts, from 0 to 1."""
        if not self.start <= minute < self.end:
            return 0.0
        return min(1.0, (minute - self.start) / self.ramp) if self.ramp else 1.0

    def apply(self, level: float, settings: dict[str, float]) -> None:
        """Change what `settings` has of it."""
        for name, value in self.to.items():
            if name in settings:
                settings[name] += (value - settings[name]) * level
        for name, factor in self.by.items():
            if name in settings:
                settings[name] *= 1 + (factor - 1) * level


@dataclass(frozen=True)
class Settings:
    """What holds in one minute: load by region, answers reached by the fault and others."""

    load: tuple[dict[str, float], ...]
    exposed: dict[str, float]
    other: dict[str, float]
    stock: dict[str, float]
    good_exposed: float
    good_other: float


class Timeline:
    """Answer which settings hold in a minute; equal minutes share one record."""

    def __init__(
        self,
        load: Sequence[Mapping[str, float]],
        answer: Mapping[str, float],
        changes: Iterable[Change],
    ) -> None:
        self._load = load
        self._answer = answer
        self._changes = sorted(changes, key=lambda c: c.start)
        self._known: dict[tuple[float, ...], Settings] = {}

    def at(self, minute: int) -> Settings:
        """Return the settings of a minute."""
        levels = tuple([change.level(minute) for change in self._changes])
        found = self._known.get(levels)
        if found is None:
            found = self._known[levels] = self._made(levels)
        return found

    def _made(self, levels: Sequence[float]) -> Settings:
        load = tuple(dict(own) for own in self._load)
        exposed, other, stock = dict(self._answer), dict(self._answer), dict(STOCK)
        for change, level in zip(self._changes, levels, strict=True):
            if not level:
                continue
            for pool in change.pools:
                if pool < len(load):
                    change.apply(level, load[pool])
            change.apply(level, exposed)
            change.apply(level, stock)
            if not change.exposed:
                change.apply(level, other)
        return Settings(load, exposed, other, stock, _good(exposed), _good(other))


def _good(answer: Mapping[str, float]) -> float:
    """Return the chance that an answer of valid form is good."""
    return answer["relevant"] * answer["grounded"] * answer["correct"] * answer["answered"]
