"""The truth about a release registry: for judges and tests only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.scenarios.candidates.records import Pool, Public

__all__ = [
    "Effect",
    "GraderTruth",
    "Parameters",
    "PoolParameters",
    "Pooled",
    "Truth",
    "World",
]


@dataclass(frozen=True)
class Effect:
    """What a candidate does, in shares of requests; a loss is positive.

    `loss` and `discordant` are expected over the slices' shares under the first
    judge, `slices` gives the loss of each, `outcome` the loss by people's verdict.
    """

    kind: str
    worse: bool
    trait: str
    confound: str
    loss: float
    discordant: float
    slices: Mapping[str, float]
    outcome: float
    cost_ratio: float
    latency_ratio: float


@dataclass(frozen=True)
class GraderTruth:
    """How a judge departs from the first: share of passes it fails, of failures it passes."""

    strict: float
    lenient: float


@dataclass(frozen=True)
class Parameters:
    """What a registry was staged with."""

    seed: int
    realm: str
    items: int
    candidates: int
    mde: float
    kinds: tuple[str, ...]
    traits: tuple[str, ...]
    confounds: tuple[str, ...]


@dataclass(frozen=True)
class Truth:
    """Everything that was put in by construction, by candidate, slice and judge.

    `expected` is the loss to expect between two runs, baseline's first, whatever
    confounds them: the candidate's own, the judge's and the golden set's together.
    """

    effects: Mapping[str, Effect]
    passing: Mapping[str, float]
    graders: Mapping[str, GraderTruth]
    pairs: Mapping[str, tuple[str, str] | None]
    expected: Mapping[tuple[str, str], float]
    parameters: Parameters


@dataclass(frozen=True)
class World:
    """A registry of runs: the public view, and the sealed truth."""

    public: Public
    truth: Truth


@dataclass(frozen=True)
class PoolParameters:
    """What a pool was drawn with."""

    seed: int
    realm: str
    count: int
    items: int
    mde: float
    discordant: float
    multiples: tuple[float, ...]
    slices: int


@dataclass(frozen=True)
class Pooled:
    """A pool of candidates, and by candidate the multiple of the effect that it loses."""

    public: Pool
    multiples: Mapping[str, float]
    slice_losses: Mapping[str, tuple[float, ...]]
    parameters: PoolParameters
