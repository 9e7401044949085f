"""What a candidate may be: how its quality moves, what else it brings, what spoils its runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CONFOUNDS", "KINDS", "TRAITS", "Confound", "Kind", "Trait"]


@dataclass(frozen=True)
class Kind:
    """How a candidate's quality moves; `loss` is in multiples of the minimum detectable effect."""

    name: str
    worse: bool
    loss: float
    shows: str
    mistaken: str


@dataclass(frozen=True)
class Trait:
    """What a candidate changes besides quality: factors on cost and latency, and the outcome."""

    name: str
    cost: tuple[float, float]
    latency: tuple[float, float]
    spoilt: float  # share of people's good verdicts that turn bad while the judge's do not
    shows: str


@dataclass(frozen=True)
class Confound:
    """What stands between a candidate's runs and a comparison; `valid` where one is left."""

    name: str
    valid: bool
    shows: str
    mistaken: str


KINDS: Mapping[str, Kind] = {
    k.name: k
    for k in (
        Kind("same", False, 0.0, "no change, only noise", "better or worse, by the mean"),
        Kind("better", False, -1.0, "a gain of one effect on every slice", "noise"),
        Kind("half", True, 0.5, "a loss of half the effect", "no change"),
        Kind("mde", True, 1.0, "a loss of the effect that the gate promises to find", "noise"),
        Kind("over", True, 1.5, "a loss of one and a half", "noise, on a small set"),
        Kind(
            "slice",
            True,
            -0.25,
            "one slice loses several effects, the others gain a little",
            "a small gain, by the average",
        ),
    )
}
_EVEN = (0.95, 1.06)
TRAITS: Mapping[str, Trait] = {
    t.name: t
    for t in (
        Trait("plain", _EVEN, _EVEN, 0.0, "cost, latency and outcome as before"),
        Trait("dear", (1.25, 1.6), _EVEN, 0.0, "each request costs a quarter more, or worse"),
        Trait("slow", _EVEN, (1.3, 1.8), 0.0, "answers take a third longer, or worse"),
        Trait(
            "flattered",
            _EVEN,
            _EVEN,
            0.2,
            "the judge is as pleased as ever, and people refuse every fifth good answer",
        ),
    )
}
CONFOUNDS: Mapping[str, Confound] = {
    c.name: c
    for c in (
        Confound("none", True, "one run each, under the same manifest", ""),
        Confound(
            "retried", True, "two or three runs under one manifest", "the best, or last, counts"
        ),
        Confound("partial", True, "a first run broke off", "its few items are enough"),
        Confound(
            "rejudged", True, "both met another judge, the baseline later", "the old baseline run"
        ),
        Confound("judge", False, "the candidate met another judge", "the model changed"),
        Confound("golden", False, "the candidate met another golden set", "the model changed"),
        Confound("settings", False, "temperature or index differ", "the model changed"),
        Confound(
            "tuned",
            False,
            "both met a golden set that the candidate's author had edited",
            "the same manifest, so comparable",
        ),
    )
}
