"""Read a release registry as its rules say: which runs compare, and what the candidate loses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import sqrt

from autograder.scenarios.candidates import Public, Run

__all__ = ["SHORTCUTS", "Estimate", "comparable", "estimate", "paired"]

Estimate = tuple[float, float]  # a loss, and its standard error


def comparable(public: Public, candidate: str) -> tuple[str, str] | None:
    """Return the baseline's run and the candidate's that may be compared, or None."""
    author = next(v.author for v in public.versions if v.id == candidate)
    editors = {g.id: g.edited_by for g in public.goldens}
    whole = [r for r in public.runs if len(r.items) == r.planned and editors[r.golden] != author]
    old = [r for r in whole if r.version == public.baseline]
    for run in (r for r in whole if r.version == candidate):
        for before in old:
            if before.manifest == run.manifest:
                return before.id, run.id
    return None


def paired(public: Public, pair: tuple[str, str]) -> Mapping[str, tuple[int, int, int]]:
    """Count items, lost and won by slice, and under "" over all."""
    before, after = (_verdicts(public.run(name)) for name in pair)
    counts: dict[str, list[int]] = {}
    for item in before.keys() & after.keys():
        if before[item] is None or after[item] is None:
            continue
        for name in ("", public.slice_of[item]):
            count = counts.setdefault(name, [0, 0, 0])
            count[0] += 1
            count[1] += before[item] == 1 and after[item] == 0
            count[2] += before[item] == 0 and after[item] == 1
    return {name: (n, lost, won) for name, (n, lost, won) in counts.items()}


def estimate(count: tuple[int, int, int]) -> Estimate:
    """Return the loss and its standard error, with one imaginary item for either side."""
    n, lost, won = count
    mean = (lost - won) / n
    return mean, sqrt(((lost + won + 2) / (n + 2) - mean**2) / (n + 2))


def _verdicts(run: Run) -> dict[str, int | None]:
    return dict(zip(run.items, run.passed, strict=True))


def _rate(run: Run) -> float:
    seen = [p for p in run.passed if p is not None]
    return sum(seen) / len(seen)


def _last(public: Public, candidate: str) -> bool:
    home = next(r for r in public.runs if r.version == public.baseline)
    return _rate(public.runs_of(candidate)[-1]) < _rate(home)


# What a glance says: whether the candidate is worse.
SHORTCUTS: Mapping[str, Callable[[Public, str], bool]] = {
    "always worse": lambda public, candidate: True,
    "the last run's mean is lower": _last,
    "it costs more": lambda public, candidate: (
        sum(public.runs_of(candidate)[0].usd) / len(public.runs_of(candidate)[0].usd)
        > 1.02 * sum(public.runs[0].usd) / len(public.runs[0].usd)
    ),
    "it changes the model": lambda public, candidate: (
        "model" in next(v for v in public.versions if v.id == candidate).changes
    ),
    "it has a later number": lambda public, candidate: (
        candidate > sorted(v.id for v in public.versions)[len(public.versions) // 2]
    ),
}
