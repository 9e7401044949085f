"""What somebody who knows cost works out from the public view of traffic, and nothing else."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from decimal import Decimal
from itertools import pairwise

from autograder.scenarios.traffic import Public, Request, Trial, in_force

__all__ = ["KEYS", "SHORTCUTS", "attributed", "cheap_enough", "growth", "reused"]

NAME = re.compile(r"\w+-\d+")
# What an answer's key must hold, beside the question.
KEYS = ("feature", "owner", "model", "version")


def attributed(public: Public) -> dict[tuple[str, str], Decimal]:
    """Price every metered attempt once, and charge a retry to whoever asked first."""
    asked = {c.request_id: (c.feature, c.tenant) for c in public.calls if c.attempt == 1}
    spend: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for call in {c.call_id: c for c in public.calls}.values():
        feature, tenant = asked[call.request_id]
        if call.input is None or feature is None or tenant is None:
            continue
        row = in_force(public.prices, call.model, call.at)
        usd = sum(
            Decimal(row[f"{kind}_mtok"]) * (getattr(call, kind) or 0) / 10**6
            for kind in ("input", "cache_read", "cache_write", "output")
        )
        factor = Decimal(row["batch_factor"]) if call.mode == "batch" else 1
        spend[feature, tenant] += usd * factor
    return spend


def reused(
    public: Public,
    keys: tuple[str, ...] = KEYS,
    *,
    fresh: bool = True,
    least: float = 0.9,
    named: bool = True,
) -> dict[str, str]:
    """Replay a cache; return for each hit the request whose answer is served."""
    scope = {f.name: f.scope for f in public.features}
    held: dict[tuple[str, ...], list[Request]] = defaultdict(list)
    changed = {(u.document, u.at) for u in public.updates}
    hits = {}
    for request in public.requests:
        owner = request.user if scope[request.feature] == "user" else request.tenant
        key = tuple(owner if k == "owner" else getattr(request, k) for k in keys)
        best = next(
            (old for old in reversed(held[key]) if _like(old, request, least, named)
             and not (fresh and _stale(old, request, changed))), None,
        )  # fmt: skip
        if best is None:
            held[key].append(request)
        else:
            hits[request.id] = best.id
    return hits


def _like(old: Request, new: Request, least: float, named: bool) -> bool:
    if old.text == new.text:
        return True
    same = sum(a * b for a, b in zip(old.vector, new.vector, strict=True)) >= least
    return same and (not named or NAME.findall(old.text) == NAME.findall(new.text))


def _stale(old: Request, new: Request, changed: set[tuple[str, str]]) -> bool:
    return any(doc in old.reads and old.at < at <= new.at for doc, at in changed)


def cheap_enough(trial: Trial, most: float = 0.03) -> bool:
    """Want the upper end of a one-sided 95 % interval of the loss below `most`."""
    lost = (trial.only_current - trial.only_other) / trial.n
    apart = trial.only_current + trial.only_other + 3
    spread = math.sqrt(apart / trial.n - lost**2) / math.sqrt(trial.n)
    return lost + 1.645 * spread <= most


def growth(public: Public, feature: str) -> tuple[float, float]:
    """Return mean and standard deviation of the weekly steps of a feature's log demand."""
    rows = [s.requests for s in public.series if s.feature == feature]
    days = [sum(column) for column in zip(*rows, strict=True)]
    weeks = [math.log(sum(days[at : at + 7])) for at in range(0, len(days), 7)]
    steps = [b - a for a, b in pairwise(weeks)]
    mean = sum(steps) / len(steps)
    return mean, math.sqrt(sum((s - mean) ** 2 for s in steps) / (len(steps) - 1))


# Caches that look right: how each differs from the one above.
SHORTCUTS = {
    "no tenant": {"keys": ("feature", "model", "version")},
    "tenant for a user": {"keys": ("feature", "tenant", "model", "version")},
    "no version": {"keys": ("feature", "owner", "model")},
    "never invalidated": {"fresh": False},
    "near is the same": {"named": False, "least": 0.95},
}
