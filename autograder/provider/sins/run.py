"""A client's run as its judges see it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.provider.chains import Chain, Retry, chains, due, overloaded
from autograder.provider.faults.plan import FaultPlan
from autograder.provider.ledger import Call

__all__ = ["FEW_MS", "Finding", "Limits", "Run", "finding", "is_unguided"]

FEW_MS = 0.02
"""Seconds within which things happen together."""


@dataclass(frozen=True)
class Limits:
    """Where the verdict draws its lines; None means that a sin is not looked for.

    `early` is the share of a Retry-After by which a client may be early, `gap`
    the seconds below which a wait is none, `storm` the retries of one request
    within a second, `silence` the seconds to stay on a silent socket,
    `at_once` the requests in flight, `attempts` those that each request is
    owed, `patience` the longest Retry-After that has to be waited for. In a
    brown-out `probes` may fail within `pause` seconds once a breaker should be
    open; with `failover` other regions or models have to be tried then.
    """

    early: float = 0.05
    gap: float = 0.1
    storm: int = 10
    silence: float = 120.0
    at_once: int | None = None
    attempts: int | None = None
    patience: float = 120.0
    probes: int = 10
    pause: float = 30.0
    failover: bool = False


@dataclass(frozen=True)
class Finding:
    """One sin: how often it was seen, the numbers of the calls that prove it, and a sentence."""

    sin: str
    times: int
    calls: tuple[int, ...]
    sentence: str


@dataclass(frozen=True)
class Run:
    calls: tuple[Call, ...]
    limits: Limits
    accepted: frozenset[str]
    effects: Callable[[Call], bool]
    plan: FaultPlan | None

    @cached_property
    def chains(self) -> tuple[Chain, ...]:
        return chains(self.calls)

    @cached_property
    def retries(self) -> tuple[Retry, ...]:
        return tuple(retry for chain in self.chains for retry in chain.retries)

    @cached_property
    def unguided(self) -> tuple[Retry, ...]:
        """Return the retries after an overload without a word on how long to wait."""
        return tuple(r for r in self.retries if is_unguided(r))


def is_unguided(retry: Retry) -> bool:
    return overloaded(retry.before) and due(retry.before) <= retry.before.finished


def finding(sin: str, proofs: Sequence[tuple[Call, ...]], sentence: str) -> Iterator[Finding]:
    """Yield a finding where there are proofs; the sentence is about the first."""
    if proofs:
        calls = dict.fromkeys(call.number for proof in proofs for call in proof)
        more = f" ({len(proofs)} times)" if len(proofs) > 1 else ""
        yield Finding(sin, len(proofs), tuple(calls), sentence + more)
