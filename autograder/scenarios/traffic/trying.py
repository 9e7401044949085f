"""Draw the paired trial of the cheap model on every kind of work."""

from __future__ import annotations

import math

from autograder.scenarios.draws import Stream
from autograder.scenarios.traffic.plan import CHEAP, Plan
from autograder.scenarios.traffic.records import Trial
from autograder.scenarios.traffic.sealed import Slice

__all__ = ["draw_trials"]

_DISCORDANT = 0.02  # the share of requests on which two equally good models disagree


def draw_trials(plan: Plan) -> tuple[Trial, ...]:
    """Try two to four thousand requests of each kind, and a few dozen of some kinds."""
    stream = Stream(plan.key, "trials")
    rare = stream.integer(0, len(plan.slices) - 1)
    return tuple(
        _trial(stream, s, stream.integer(20, 60) if i == rare else stream.integer(2000, 4000))
        for i, s in enumerate(plan.slices)
    )


def _trial(stream: Stream, truth: Slice, n: int) -> Trial:
    """Count outcomes; each count is binomial, close enough to normal where it is large."""
    only_current = _binomial(stream, n, _DISCORDANT / 2 + max(truth.loss, 0.0))
    only_other = _binomial(stream, n - only_current, _DISCORDANT / 2 + max(-truth.loss, 0.0))
    left = n - only_current - only_other
    both = _binomial(stream, left, min(1.0, (truth.current * n - only_current) / left))
    return Trial(truth.feature, truth.kind, CHEAP, n, both, only_current, only_other)


def _binomial(stream: Stream, n: int, share: float) -> int:
    """Count successes: trial by trial, by the gaps of rare events, or by the normal curve."""
    variance = n * share * (1 - share)
    if n < 100:
        return sum(stream.chance(share) for _ in range(n))
    if variance < 9:
        return _rare(stream, n * share)
    return min(n, max(0, round(n * share + math.sqrt(variance) * stream.bell())))


def _rare(stream: Stream, expected: float) -> int:
    found, reached = -1, 0.0
    while reached < expected:
        found += 1
        reached -= math.log(1 - stream.unit())
    return max(found, 0)
