"""The truth about traffic: for judges and tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.scenarios.traffic.records import Public

__all__ = ["Growth", "Parameters", "Slice", "Traffic", "Truth"]


@dataclass(frozen=True)
class Parameters:
    """What traffic was staged with."""

    seed: int
    realm: str
    features: int
    tenants: int
    requests: int
    weeks: int


@dataclass(frozen=True)
class Growth:
    """How a feature's demand moves: a random walk with drift, in logs, a step a week."""

    feature: str
    level: float  # requests a day at the start
    drift: float  # of the log a week
    volatility: float  # standard deviation of the log a week
    weekdays: tuple[float, ...]  # Monday first; they sum to 7


@dataclass(frozen=True)
class Slice:
    """One kind of a feature's work: how often each model is right, and its share of requests.

    `loss` is in points of probability: what the other model loses against the current.
    """

    feature: str
    kind: str
    share: float
    current: float
    loss: float


@dataclass(frozen=True)
class Truth:
    """What was put in by construction.

    Two requests may share an answer if and only if their `answers` are equal:
    the same meaning, owner, model, version and revisions of what it reads.
    `spend` is each tenant's of each feature in units of 1e-11 dollars, the
    invoice before it was rounded. `future` counts each feature's requests in
    the 28 days after the history.
    """

    answers: Mapping[str, str]
    owners: Mapping[str, str]
    slices: tuple[Slice, ...]
    growth: tuple[Growth, ...]
    future: Mapping[str, tuple[int, ...]]
    spend: Mapping[tuple[str, str], int]
    runaway: str
    parameters: Parameters


@dataclass(frozen=True)
class Traffic:
    """The public view and the sealed truth."""

    public: Public
    truth: Truth
