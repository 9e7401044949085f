"""Draw what a candidate does: its kind, trait and confound, and its losses by slice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from autograder.scenarios.candidates.kinds import CONFOUNDS, KINDS, TRAITS, Kind
from autograder.scenarios.candidates.records import Version
from autograder.scenarios.candidates.sealed import Effect
from autograder.scenarios.candidates.suite import PEOPLE, Suite, day
from autograder.scenarios.draws import Stream

__all__ = ["ERROR", "Drawn", "draw_candidates", "draw_version"]

ERROR = 0.06  # of the judge's verdicts differ from people's
_CHANGES = ("prompt", "model", "retrieval", "tools", "cache")
_DEEP = 5.0  # multiples of the effect that a hidden slice loses


@dataclass(frozen=True)
class Drawn:
    """A candidate and its sealed effect."""

    version: Version
    effect: Effect


def draw_version(stream: Stream, name: str, created: float) -> Version:
    """Draw a version; its digest says nothing about it."""
    digest = "".join(f"{stream.integer(0, 15):x}" for _ in range(12))
    changes = tuple(sorted(stream.sample(_CHANGES, stream.integer(1, 2))))
    return Version(name, digest, stream.choice(PEOPLE), day(created), changes)


def draw_candidates(
    stream: Stream, suite: Suite, count: int, mde: float, names: Sequence[Sequence[str]]
) -> list[Drawn]:
    """Draw candidates: every other one of a kind that is worse, then shuffled."""
    kinds, traits, confounds = names
    worse = [KINDS[k] for k in kinds if KINDS[k].worse]
    harmless = [KINDS[k] for k in kinds if not KINDS[k].worse]
    sides = [worse or harmless, harmless or worse]
    chosen = stream.shuffled([stream.choice(sides[i % 2]) for i in range(count)])
    release = stream.integer(20, 60)
    made = []
    for number, kind in enumerate(chosen, 1):
        version = draw_version(stream, f"v{release + number}", 6 + number + stream.unit())
        effect = _effect(stream, suite, kind, mde, stream.choice(traits), stream.choice(confounds))
        made.append(Drawn(version, effect))
    return made


def _effect(
    stream: Stream, suite: Suite, kind: Kind, mde: float, trait: str, confound: str
) -> Effect:
    slices = _losses(stream, suite, kind, mde)
    shares = {s.name: s.share for s in suite.slices}
    whole = sum(shares.values())
    loss = sum(shares[name] * lost for name, lost in slices.items()) / whole
    discordant = max(0.08 + 0.04 * stream.unit(), max(map(abs, slices.values())) + 0.04)
    passes = sum(shares[n] * (suite.passing[n] - slices[n]) for n in slices) / whole
    spoilt = TRAITS[trait].spoilt * (ERROR + (1 - 2 * ERROR) * passes)
    outcome = (1 - 2 * ERROR) * loss + spoilt
    ratios = [low + (high - low) * stream.unit() for low, high in _factors(trait)]
    return Effect(
        kind.name, kind.worse, trait, CONFOUNDS[confound].name, loss, discordant, slices, outcome,
        round(ratios[0], 3), round(ratios[1], 3),
    )  # fmt: skip


def _factors(trait: str) -> tuple[tuple[float, float], tuple[float, float]]:
    return TRAITS[trait].cost, TRAITS[trait].latency


def _losses(stream: Stream, suite: Suite, kind: Kind, mde: float) -> dict[str, float]:
    """Spread a loss over the slices; in kind "slice" one smaller slice loses most of it."""
    target, names = kind.loss * mde, [s.name for s in suite.slices]
    shares = {s.name: s.share for s in suite.slices}
    whole = sum(shares.values())
    if kind.name != "slice":
        tilt = {n: 0.5 * mde * (2 * stream.unit() - 1) * (kind.loss != 0) for n in names}
        mean = sum(shares[n] * t for n, t in tilt.items()) / whole
        return {n: target + t - mean for n, t in tilt.items()}
    small = [n for n in names if shares[n] <= 0.2 * whole] or [min(names, key=shares.__getitem__)]
    hit = stream.choice(small)
    others = (target * whole - _DEEP * mde * shares[hit]) / (whole - shares[hit])
    return {n: _DEEP * mde if n == hit else others for n in names}
