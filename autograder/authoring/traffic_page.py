"""The book's generated page of the traffic scenario: its datasheet."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from autograder.authoring.datasheet import Datasheet, percent
from autograder.career.markdown import escape
from autograder.scenarios.traffic import CHEAP, CURRENT, DOLLAR, Traffic, stage, units

__all__ = ["traffic_page"]

_SHEET = Datasheet("traffic", "traffic_page")
_WORLDS = 60  # are counted
_PARAMETERS = {
    "seed": "a whole number; the same seed gives the same traffic, byte for byte",
    "features": "how many features; 3 to 12",
    "tenants": "how many tenants; 2 to 8",
    "requests": "how many requests the logged day has; 20 to 5000",
    "weeks": "how many weeks of demand; 4 to 30",
    "realm": "traffic of different realms differs, whatever the seed",
}


def traffic_page() -> bytes:
    """Render the datasheet."""
    return _SHEET.render(
        example=_example(),
        parameters=_SHEET.parameters(stage, _PARAMETERS),
        counted=_counted(),
        worlds=_WORLDS,
        current=CURRENT,
        cheap=CHEAP,
    )


@lru_cache(maxsize=1)
def _staged() -> tuple[Traffic, ...]:
    return tuple(stage(seed, realm="book") for seed in range(_WORLDS))


def _example() -> dict[str, object]:
    case = _staged()[0]
    public = case.public
    spent = Counter[str]()
    for (feature, _), amount in case.truth.spend.items():
        spent[feature] += amount
    asked = Counter(r.feature for r in public.requests)
    features = [
        (
            f"`{f.name}`",
            f.scope,
            f.wait_hours,
            f"{f.prefix_tokens:,}",
            "yes" if f.cached else "no",
            asked[f.name],
            f"{100 * spent[f.name] / DOLLAR:.1f}",
        )
        for f in public.features
    ]
    requests = [
        (r.at[11:19], r.tenant, r.user, f"`{r.feature}`", r.kind, r.version, escape(r.text))
        for r in public.requests[60:66]
    ]
    trials = [
        (f"`{t.feature}`", t.kind, t.n, t.only_current, t.only_other, f"{100 * s.loss:.1f}")
        for t, s in zip(public.trials, case.truth.slices, strict=True)
    ]
    return {
        "public": public,
        "truth": case.truth,
        "features": features,
        "requests": requests,
        "trials": trials,
        "growth": case.truth.growth[0],
    }


def _counted() -> dict[str, str]:
    """Count what there is to gain, over all worlds."""
    requests = [r for case in _staged() for r in case.public.requests]
    answers = Counter(
        (i, a) for i, case in enumerate(_staged()) for a in case.truth.answers.values()
    )
    calls = [c for case in _staged() for c in case.public.calls]
    once = {c.call_id: c for c in calls}.values()
    first = sum(c.attempt == 1 for c in once)
    return {
        "repeats": percent(len(requests) - len(answers), len(requests)),
        "retries": percent(len(once) - first, first),
        "twice": percent(len(calls) - len(once), len(once)),
        "loop": percent(sum(r.run != "" for r in requests), len(requests)),
        "waits": percent(_waiting(), len(requests)),
        "routed": percent(*_routed()),
        "lost": percent(*_lost()),
    }


def _waiting() -> int:
    """Count requests that may wait a day and are not batched yet."""
    waits = [{f.name for f in case.public.features if f.wait_hours == 24} for case in _staged()]
    return sum(
        r.feature in names
        for names, case in zip(waits, _staged(), strict=True)
        for r in case.public.requests
    )


def _losses(case: Traffic) -> dict[tuple[str, str], float]:
    return {(s.feature, s.kind): s.loss for s in case.truth.slices}


def _lost() -> tuple[float, int]:
    """Sum what the cheap model loses on every request, in answers."""
    lost = [_losses(case)[r.feature, r.kind] for case in _staged() for r in case.public.requests]
    return sum(lost), len(lost)


def _routed() -> tuple[int, int]:
    """Sum the list price of the requests that the cheap model answers as well, and of all."""
    some = whole = 0
    for case in _staged():
        losses, prefix = _losses(case), {f.name: f.prefix_tokens for f in case.public.features}
        price = max(
            (p for p in case.public.prices if p["model"] == CURRENT
             and p["start_date"] <= case.public.requests[0].at),
            key=lambda p: str(p["start_date"]),
        )  # fmt: skip
        for r in case.public.requests:
            cost = units(price, (prefix[r.feature] + r.tokens, 0, 0, r.output))
            whole += cost
            some += cost * (losses[r.feature, r.kind] <= 0.01)
    return some, whole
