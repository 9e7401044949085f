"""The book's generated page of the incident scenario: its datasheet."""

from __future__ import annotations

import re
from functools import lru_cache
from statistics import median

from autograder.authoring.datasheet import Datasheet
from autograder.career.markdown import escape
from autograder.scenarios.incidents import (
    FAMILIES,
    KINDS,
    RULES,
    TOPOLOGIES,
    Family,
    Incident,
    filled,
    minute_of,
    reference,
    replay,
    stage,
)

__all__ = ["incident_page"]

_SHEET = Datasheet("incidents", "incident_page")
_FIELD = re.compile(r"\b[a-z]+(?:[._][a-z*]+)+")  # a field or a metric, as the record names it
_EACH = 5  # incidents of a family are replayed for its figures
_PARAMETERS = {
    "seed": "a whole number; the same seed gives the same incident, byte for byte",
    "families": "fault families to draw from; leave some out to hold them out",
    "topologies": "topologies to draw from, e.g. `plain`, `cache+reranker`",
    "handled": "whether the view goes on until the team has restored the service",
    "realm": "incidents of different realms differ, whatever the seed",
    "only": "metrics that the service reports; then it has no others, no traces and no logs",
}


def incident_page() -> bytes:
    """Render the datasheet."""
    return _SHEET.render(
        example=_example(),
        parameters=_SHEET.parameters(stage, _PARAMETERS, every=("families", "topologies")),
        families=[_family(family) for family in FAMILIES.values()],
        actions=[
            (f"`{k.name}`", k.target or "", k.minutes, k.effort, k.text) for k in KINDS.values()
        ],
        rules=[_FIELD.sub(r"`\g<0>`", rule) for rule in RULES],
        each=_EACH,
        count=len(FAMILIES),
        topologies=len(TOPOLOGIES),
    )


@lru_cache(maxsize=1)
def _shown() -> Incident:
    """Choose an incident with a coinciding event and a complaint."""
    return next(
        case
        for seed in range(100)
        if (case := stage(seed, realm="book")).truth.family == "silent_update"
        and len(case.public.events) > 2
        and case.public.complaints
    )


def _example() -> dict[str, object]:
    case = _shown()
    public, truth = case.public, case.truth
    minutes = range(truth.onset - 15, min(truth.onset + 30, public.minutes), 5)
    signs = ["gateway.p95_ms", *FAMILIES[truth.family].signs]
    asked = [_sum(case, "requests", m) for m in minutes]
    bad = [_sum(case, "bad", m) for m in minutes]
    rows = [
        (m, *(_value(case, s, m) for s in signs), f"{100 * b / a:.1f} %")
        for m, a, b in zip(minutes, asked, bad, strict=True)
    ]
    happened = [
        *((minute_of(public, "events", e.at), e.id, f"{e.kind} of {e.part}, {e.version}: {e.text}")
          for e in public.events),
        *((minute_of(public, "alerts", a.at), a.id, a.text) for a in public.alerts),
        *((minute_of(public, "complaints", c.at), c.id, f"{c.tenant}: {c.text}")
          for c in public.complaints),
    ]  # fmt: skip
    nothing, best = replay(case), replay(case, reference(case))
    return {
        "public": public,
        "truth": truth,
        "columns": ["Minute", *(f"`{s}`" for s in signs), "Bad requests"],
        "rows": rows,
        "happened": [(m, f"`{name}`", escape(text)) for m, name, text in sorted(happened)],
        "action": reference(case)[0],
        "nothing": f"{nothing.lost:,.0f}",
        "best": f"{best.lost:,.0f}",
        "restored": best.restored,
    }


def _sum(case: Incident, what: str, minute: int) -> float:
    """Return the tenants' counts of five minutes."""
    return sum(
        sum(filled(case.public.metric(f"tenant.{t.name}.{what}"))[minute : minute + 5])
        for t in case.public.tenants
    )


def _value(case: Incident, name: str, minute: int) -> str:
    value = case.public.metric(name)[minute]
    return "" if value is None else f"{value:g}"


def _family(family: Family) -> tuple[str, ...]:
    """Describe a family, with the share of user-minutes that the reference still loses."""
    kept, restored = [], []
    for seed in range(_EACH):
        case = stage(seed, families=(family.name,), realm="book")
        nothing, best = replay(case), replay(case, reference(case))
        kept.append(best.lost / nothing.lost)
        restored.append(best.time_to_restore or 0)
    ends = ", ".join(f"`{kind}`" for kind in family.cures)
    return (
        f"`{family.name}`<br>{family.cause}",
        family.shows,
        family.mistaken,
        ends,
        f"`{family.check}`",
        f"{100 * median(kept):.0f} %",
        f"{median(restored):.0f}",
    )
