"""Judge the six tasks of lesson 26: onset, blast radius, claims, and a postmortem's three records.

The oracles at the top read the public view as plain data, the same that a
learner reads. The first three judges draw fresh incidents; the last three judge
what one learner wrote about one case: what a reader of the case could verify is
decided from its public view alone, the rest against the sealed truth and in the
replay, on the case and on another incident of the same mechanism.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import combinations, count, pairwise
from random import Random
from statistics import median
from typing import Any

from autograder.checks import Ladder, Score, close, equal, record, require, within
from autograder.judging import Learner
from autograder.judging.case import Case, case_task
from autograder.scenarios.incidents import (
    CHECKS,
    FAMILIES,
    KINDS,
    TOPOLOGIES,
    Action,
    Incident,
    Outcome,
    filled,
    replay,
    stage,
)
from autograder.scenarios.incidents.plan import Plan, draw_plan

__all__ = [
    "actions",
    "blast_radius",
    "check_claims",
    "find_onset",
    "incident",
    "mechanism",
    "timeline",
]

HINTS = {
    "find_onset": (
        "Sum requests and bad requests over the tenants, minute by minute; what is missing adds "
        "nothing to either. For every split with at least five minutes on each side, add the "
        "log-likelihoods k log(k/n) + (n - k) log(1 - k/n) of both sides. Return the best split "
        "whose second side is worse."
    ),
    "blast_radius": (
        "For each tenant: fill the gaps of both series first, then usual = sum(bad[:onset]) / "
        "sum(requests[:onset]), then the sums from onset up to end. Affected if bad / requests is "
        "at least usual + 0.04; its requests are round(bad - usual * requests)."
    ),
    "check_claims": (
        "Answer `no evidence` first: no such id or series, an alert that reached nobody, a window "
        "outside the view, fewer than ten reported minutes on a side. Only then compare."
    ),
    "timeline": (
        "Put every source on the minutes since `start`: complaints need the offset in zones. The "
        "detection is the first delivered alert whose text begins with `objective`, or the third "
        "complaint within 60 minutes. Restoration: the first minute after the objective broke from "
        "which 30 five-minute shares in a row reach the target."
    ),
    "mechanism": (
        "Take the median of each sign 40 minutes before the onset and from the onset until the "
        "response that worked. One sign moves as its mechanism says. The trigger is the event of "
        "that mechanism's part at most ten minutes before the onset, if there is one. Rule out "
        "two mechanisms whose sign is reported, and did not move their way."
    ),
    "actions": (
        "Mitigate with the action that ends this mechanism, prevent with its check, and detect "
        "with a rule that means the same in every service: bad_share, or, where harm trails the "
        "fault, a feed that delivers nothing."
    ),
}

WHY = {
    "find_onset": (
        "Every minute votes, so one spike, one alert or one coinciding deploy cannot decide."
    ),
    "blast_radius": (
        "The number stands for what the incident added: failures that happen every day and "
        "tenants it never reached are not in it."
    ),
    "check_claims": (
        "A claim that names its query can be recomputed by anybody; missing telemetry supports "
        "nothing, in either direction."
    ),
    "timeline": "Every entry has a clock, a source and a time zone, so a reader can look it up.",
    "mechanism": (
        "A mechanism predicts what moves and how; what it predicted and did not happen rules it "
        "out, and what was not measured rules out nothing."
    ),
    "actions": (
        "Each action changes its own quantity in the replay: whether it happens, how long until "
        "somebody knows, and how long it hurts."
    ),
}

Record = dict[str, Any]
COST = "model.cost_usd"
NEAR = 2  # minutes from the onset
ROUGH = 5  # minutes, where a person reads it off a record
FEWEST = 10  # reported minutes on each side of a comparison
FLAT = 0.10
FLOORS = {"share": 0.02, "1/min": 3.0}
HOLDS, FAILS, NONE = "holds", "fails", "no evidence"


# Oracles


def values_of(public: Record, name: str) -> list[float | None] | None:
    """Return a series' values, or None where there is no such series."""
    return next((s["values"] for s in public["series"] if s["name"] == name), None)


def minute_at(public: Record, source: str, text: str) -> int:
    """Return the minute of the view in which a source places something."""
    offset = "" if text.endswith("Z") or text[-6] in "+-" else public["zones"][source]
    passed = datetime.fromisoformat(text + offset) - datetime.fromisoformat(public["start"])
    return int(passed.total_seconds() // 60)


def minute_of_id(public: Record, name: str, field: str) -> int | None:
    """Return when an id happened, or None where the record does not say."""
    for source in ("events", "alerts", "complaints", "traces", "logs"):
        for row in public.get(source, ()):
            if row["id"] == name and row.get(field):
                return minute_at(public, source, row[field])
    return None


def counted(public: Record) -> tuple[list[float], list[float]]:
    """Return requests and bad requests of all tenants, minute by minute, gaps filled."""
    sides = []
    for what in ("requests", "bad"):
        rows = [filled(values_of(public, f"tenant.{t['name']}.{what}") or []) for t in
                public["tenants"]]  # fmt: skip
        sides.append([sum(minute) for minute in zip(*rows, strict=True)])
    return sides[0], sides[1]


def affected_of(public: Record, onset: int, end: int) -> dict[str, int]:
    """Return the affected tenants, each with its affected requests."""
    found = {}
    for tenant in public["tenants"]:
        asked = filled(values_of(public, f"tenant.{tenant['name']}.requests") or [])
        bad = filled(values_of(public, f"tenant.{tenant['name']}.bad") or [])
        usual = sum(bad[:onset]) / sum(asked[:onset])
        total, failed = sum(asked[onset:end]), sum(bad[onset:end])
        if failed / total >= usual + 0.04:
            found[tenant["name"]] = round(failed - usual * total)
    return found


def damage_of(public: Record, onset: int, end: int) -> Record:
    """Return the whole blast radius by the rules in the record."""
    found = affected_of(public, onset, end)
    credits = {t["name"]: t["credit_usd"] for t in public["tenants"]}
    asked, cost = counted(public)[0], filled(values_of(public, COST) or [])
    each = sum(cost[:onset]) / sum(asked[:onset])
    extra = sum(cost[onset:end]) - each * sum(asked[onset:end])
    objective = public["objective"]
    return {
        "tenants": found,
        "credit_usd": round(sum(n * credits[name] for name, n in found.items()), 2),
        "spend_usd": round(max(0.0, extra), 2),
        "budget": sum(found.values()) / ((1 - objective["target"]) * objective["requests"]),
    }


def verdict(claim: Record, public: Record) -> str:
    """Recompute a claim: it holds, it fails, or the record has no evidence either way."""
    if claim["type"] == "time":
        minute = minute_of_id(public, claim["id"], claim["field"])
        return NONE if minute is None else _said(minute == claim["minute"])
    values = values_of(public, claim["series"])
    if values is None:
        return NONE
    if claim["type"] == "count":
        start, end = claim["from"], claim["to"]
        inside = 0 <= start < end <= public["minutes"]
        if not inside or all(v is None for v in values[start:end]):
            return NONE
        return _said(abs(sum(filled(values)[start:end]) - float(claim["is"])) <= 0.5)
    moved = movement(claim["series"], claim["before"], claim["after"], public)
    return NONE if moved is None else _said(moved == claim["says"])


def _said(holds: bool) -> str:
    return HOLDS if holds else FAILS


def movement(name: str, before: Sequence[int], after: Sequence[int], public: Record) -> str | None:
    """Say whether a series rose, fell or was flat, or None where telemetry cannot tell."""
    series = next((s for s in public["series"] if s["name"] == name), None)
    if series is None:
        return None
    sides = []
    for start, end in (before, after):
        if not 0 <= start < end <= public["minutes"]:
            return None
        sides.append([v for v in series["values"][start:end] if v is not None])
    if min(map(len, sides)) < FEWEST:
        return None
    old, new = map(median, sides)
    if abs(new - old) <= max(FLAT * abs(old), FLOORS.get(series["unit"], 0.0)):
        return "flat"
    return "rose" if new > old else "fell"


def detection_of(public: Record) -> tuple[int, str]:
    """Return the minute of detection by the record's rule, and the id that tells it."""
    found = [
        (minute_at(public, "alerts", a["delivered"]), a["id"])
        for a in public["alerts"]
        if a["delivered"] and a["text"].startswith("objective")
    ]
    sent = sorted((minute_at(public, "complaints", c["at"]), c["id"]) for c in public["complaints"])
    found += [sent[i] for i in range(2, len(sent)) if sent[i][0] - sent[i - 2][0] <= 60]
    return min(found)


def restoration_of(public: Record) -> int:
    """Return the first minute after the objective broke from which it held for its window."""
    asked, bad = counted(public)
    target, hold = public["objective"]["target"], public["objective"]["hold_minutes"]
    met = [
        1 - sum(bad[max(0, m - 4) : m + 1]) / sum(asked[max(0, m - 4) : m + 1]) >= target
        for m in range(public["minutes"])
    ]
    broken = met.index(False)
    return next(m for m in range(broken, len(met) - hold + 1) if all(met[m : m + hold]))


# What the first three judges draw


# A lost node is left out: retries build its harm up over minutes, and so does a ramp.
_STEPS = tuple(
    name for name, family in FAMILIES.items() if not family.ramp and name != "store_node_lost"
)


def _plan(seed: int, families: Sequence[str]) -> Plan:
    return draw_plan(("judge", seed), tuple(families), TOPOLOGIES)


def _fits(plan: Plan, *parts: str) -> bool:
    """Say whether none of these parts' telemetry has a gap, so that a judge can make its own."""
    return not any(gap.part in parts for gap in plan.gaps)


def _calm(plan: Plan) -> bool:
    """Say whether no two harmless spells of latency meet: together they make requests late."""
    return not any(a.start < b.end and b.start < a.end for a, b in combinations(plan.blips, 2))


def _staged(draw: Random, families: Sequence[str], good: Any, only: Sequence[str]) -> Incident:
    """Stage the first drawn incident whose plan is good."""
    while True:
        seed = draw.getrandbits(48)
        if good(_plan(seed, families)):
            return stage(seed, families=tuple(families), only=(COST, *only))


_LEFT_OUT = ("features", "logs", "parts", "regions", "rules", "series", "traces")


def _opened(staged: Incident, only: Sequence[str]) -> Record:
    """Return the view as a learner's function gets it, with just these series."""
    public = staged.public
    less = replace(public, traces=(), logs=(), series=())
    plain = {name: value for name, value in less.plain().items() if name not in _LEFT_OUT}
    kept = [s for s in public.series if s.name.startswith(tuple(only))]
    return plain | {"series": [{**vars(s), "values": list(s.values)} for s in kept]}


def later(public: Record, minutes: int) -> Record:
    """Return the same record begun some minutes later."""
    begin = datetime.fromisoformat(public["start"]) + timedelta(minutes=minutes)
    return public | {
        "start": begin.isoformat().replace("+00:00", "Z"),
        "minutes": public["minutes"] - minutes,
        "series": [s | {"values": s["values"][minutes:]} for s in public["series"]],
    }


def _edited(public: Record, names: Sequence[str], edit: Any) -> Record:
    """Return the record with some series' values replaced; `edit(name, minute, value)`."""
    made = [
        s | {"values": [edit(s["name"], m, v) for m, v in enumerate(s["values"])]}
        if s["name"].startswith(tuple(names))
        else s
        for s in public["series"]
    ]
    return public | {"series": made}


def without(public: Record, names: Sequence[str], start: int, end: int) -> Record:
    """Return the record without telemetry of these series from one minute to another."""
    return _edited(public, names, lambda _, m, v: None if start <= m < end else v)


def _moved(text: str, minutes: int) -> str:
    at = datetime.fromisoformat(text) + timedelta(minutes=minutes)
    return at.isoformat().replace("+00:00", "Z") if text.endswith("Z") else at.isoformat()


def _apart(public: Record, draw: Random, onset: int) -> Record:
    """Move alerts, changes and the worst minute away from the onset: they do not tell it."""
    early, late, worst = draw.randint(6, 20), draw.randint(6, 20), onset + draw.randint(14, 22)

    def moved(row: Record, source: str, *fields: str) -> Record:
        caused = row["text"].startswith("objective")
        before = not caused and minute_at(public, source, row["at"]) <= onset
        return row | {f: _moved(row[f], -early if before else late) for f in fields if row[f]}

    alerts = [moved(a, "alerts", "at", "delivered") for a in public["alerts"]]
    events = [moved(e, "events", "at") for e in public["events"]]
    asked = {s["name"]: s["values"] for s in public["series"]}

    def awful(name: str, minute: int, value: float) -> float:
        bad = name.endswith(".bad") and minute == worst
        return round(0.95 * asked[name.replace(".bad", ".requests")][minute]) if bad else value

    return _edited(public, ("tenant.",), awful) | {"alerts": alerts, "events": events}


# Task 1: the onset


def find_onset(learner: Learner, seed: int) -> Score:
    """Draw an incident; want its onset in several views of it."""
    draw, ladder = Random(seed), Ladder(learner)
    staged = _staged(draw, _STEPS, lambda plan: _calm(plan) and _fits(plan, "tenants"), ())
    onset = staged.truth.onset
    public = _apart(_opened(staged, ("tenant.",)), draw, onset)

    def near(view: Record, skipped: int) -> None:
        got = learner.call("find_onset", later(view, skipped))
        require(type(got) is int, "The onset is a whole minute of the view.", got)
        low, high = onset - skipped - NEAR, onset - skipped + NEAR
        within(got, low, high, what="the onset")

    start = "two views of one incident"
    with ladder.step(start, 2):
        first = draw.randint(15, 40)
        near(public, first)
        near(public, first + draw.randint(5, 45))
    with ladder.step("a spell that passes, and minutes without telemetry", 2, after=start):
        begin, gone = onset - draw.randint(30, 45), onset + draw.randint(6, 12)
        asked = {s["name"]: s["values"] for s in public["series"]}

        def spell(name: str, minute: int, value: float) -> float:
            if name.endswith(".requests") or not begin <= minute < begin + 5:
                return value
            return value + round(0.1 * asked[name.replace(".bad", ".requests")][minute])

        view = _edited(public, ("tenant.",), spell)
        view = without(view, ("tenant.",), gone, gone + draw.randint(4, 9))
        one = f"tenant.{draw.choice(public['tenants'])['name']}."
        near(without(view, (one,), onset - 25, onset - 12), draw.randint(10, 40))
    return ladder.score()


# Task 2: the blast radius


_PARTLY = ("bad_batch", "filter_lost", "network_loss", "schema_change", "store_node_lost")


def blast_radius(learner: Learner, seed: int) -> Score:
    """Draw an incident that reaches some of the tenants; want what it did to them."""
    draw, ladder = Random(seed), Ladder(learner)

    def good(plan: Plan) -> bool:
        return plan.scope in ("tenants", "region") and _fits(plan, "tenants", "model")

    only = ("gateway.attempts", "gateway.requests")
    staged = _staged(draw, _PARTLY, good, only)
    while len(staged.truth.blast.tenants) == len(staged.public.tenants):
        staged = _staged(draw, _PARTLY, good, only)
    public, onset = _opened(staged, ("tenant.", COST, *only)), staged.truth.onset
    end = public["minutes"] - draw.randint(0, 8)
    public["objective"] = public["objective"] | {"target": draw.choice((0.92, 0.95, 0.98))}
    spared = next(t.name for t in staged.public.tenants if t.name not in staged.truth.blast.tenants)
    public = _often_bad(public, spared, 0, public["minutes"], 0.05)
    asked, cost = counted(public)[0], filled(values_of(public, COST) or [])
    usual = sum(cost[:onset]) / sum(asked[:onset]) * sum(asked[onset:end]) / sum(cost[onset:end])
    dearer, cheaper = usual * draw.uniform(1.1, 1.7), usual * draw.uniform(0.4, 0.8)

    def priced(factor: float) -> Record:
        return _edited(public, (COST,), lambda _, m, v: round(v * factor, 3) if m >= onset else v)

    def beside(view: Record, least: float, most: float) -> Record:
        asked, bad = (values_of(view, f"tenant.{spared}.{what}") for what in ("requests", "bad"))
        usual, now = (sum(bad[a:b]) / sum(asked[a:b]) for a, b in ((0, onset), (onset, end)))
        return _often_bad(view, spared, onset, end, usual + draw.uniform(least, most) - now)

    def ask(view: Record) -> tuple[Record, Record]:
        fields = {"tenants": dict, "credit_usd": float, "spend_usd": float, "budget": float}
        got = learner.call("blast_radius", view, onset, end)
        return record(got, fields, "the blast radius"), damage_of(view, onset, end)

    start = "the affected tenants"
    with ladder.step(start, 2):
        got, want = ask(beside(priced(cheaper), 0.025, 0.035))
        named, right = sorted(got["tenants"]), sorted(want["tenants"])
        equal(named, right, what="the list of affected tenants, in order")
    with ladder.step("their requests", 2, after=start):
        equal(got["tenants"], want["tenants"], what="the affected requests")
    with ladder.step("the credit", 1, after="their requests"):
        close(got["credit_usd"], want["credit_usd"], 0, 0.006, "the credit")
    with ladder.step("the error budget", 1, after="their requests"):
        close(got["budget"], want["budget"], 1e-6, 0, "the share of the error budget")
    with ladder.step("an incident that cost less", 1, after=start):
        close(got["spend_usd"], want["spend_usd"], 0, 0.006, "the extra spend")
    with ladder.step("minutes without telemetry", 2, after="their requests"):
        gone = onset + draw.randint(5, 20)
        view = without(beside(priced(dearer), 0.055, 0.065), ("tenant.",), onset - 2, onset + 3)
        view = without(view, ("tenant.",), gone, gone + draw.randint(4, 9))
        got, want = ask(without(view, (COST,), gone - 3, gone + 5))
        equal(got["tenants"], want["tenants"], what="the affected requests")
    with ladder.step("an incident that cost more", 2, after="minutes without telemetry"):
        close(got["spend_usd"], want["spend_usd"], 0, 0.006, "the extra spend")
    return ladder.score()


def _often_bad(public: Record, tenant: str, start: int, end: int, share: float) -> Record:
    """Return the record in which this share more of a tenant's requests is bad, evenly."""
    asked = values_of(public, f"tenant.{tenant}.requests") or []
    owed = [round(share * sum(asked[start:m])) for m in range(start, end + 1)]
    name = f"tenant.{tenant}.bad"
    more = dict(zip(range(start, end), (b - a for a, b in pairwise(owed)), strict=True))
    return _edited(public, (name,), lambda _, m, v: v + more.get(m, 0))


# Task 3: claims


_WATCHED = (
    "retrieval.top_score", "prompt.tokens_in", "model.tokens_out", "model.p95_ms",
    "index.duplicate_rate", "feed.documents",
)  # fmt: skip


def check_claims(learner: Learner, seed: int) -> Score:
    """Draw an incident and claims about it, true ones and others; want each told."""
    draw, ladder = Random(seed), Ladder(learner)

    def good(plan: Plan) -> bool:
        return _fits(plan, "tenants", "retrieval", "prompt", "model", "index", "feed")

    families = ("context_truncated", "embedder_mismatch", "slot_unfilled", "silent_update")
    flat: list[str] = []
    while not flat:  # In one incident of some thousands, noise moves all that the fault leaves.
        staged = _staged(draw, families, good, _WATCHED)
        tenant = draw.choice(staged.public.tenants)
        public = _opened(staged, (f"tenant.{tenant.name}.", *_WATCHED))
        onset, end = staged.truth.onset, public["minutes"]
        gap = draw.randint(onset + 8, onset + 16)
        sides = [onset - 45, onset], [onset, end]
        flat = [n for n in _WATCHED[:3] if movement(n, *sides, public) == "flat"]
    spiky, *quiet = flat
    # What stands on the two sides of the gap differs, so that half a neighbourhood fills it wrong.
    public = _edited(public, ("tenant.",), lambda _, m, v: v + 9 if m == gap - 1 else v)
    public = without(public, ("tenant.",), gap, gap + draw.randint(4, 7))
    lost = draw.choice(["model.p95_ms", *(n for n in quiet if n != "prompt.tokens_in")])
    public = _almost_flat(without(public, (lost,), onset + 5, end), onset, spiky)
    public["alerts"][0] = public["alerts"][0] | {"delivered": ""}
    counts = [s["name"] for s in public["series"] if s["name"].startswith("tenant.")]
    drawn = {
        "times": _time_claims(public, draw),
        "counts": _count_claims(public, counts, draw, (onset, gap)),
        "comparisons": _comparisons(public, draw, onset),
    }
    absent = _absent(public, onset, lost, counts[0])
    said: dict[str, str] = {}

    def ask(kind: str) -> None:
        claims = [*drawn[kind], *absent[kind]]
        order = draw.sample(range(len(claims)), len(claims))
        got = learner.call("check_claims", [claims[i] for i in order], public)
        good = isinstance(got, list) and len(got) == len(claims)
        require(good, "Return a list with a verdict for every claim, in their order.", got)
        said.update({_printed(claims[i]): verdict for i, verdict in zip(order, got, strict=True)})

    def want(claims: Sequence[Record]) -> None:
        for claim in claims:
            printed = _printed(claim)
            equal(said.get(printed), verdict(claim, public), what=f"the verdict on “{printed}”")

    for kind, claims in drawn.items():
        with ladder.step(kind, 2):
            ask(kind)
            want(claims)
    with ladder.step("what the record does not hold", 2, after="times"):
        for claims in absent.values():
            want(claims)
    return ladder.score()


def _almost_flat(public: Record, onset: int, spiky: str) -> Record:
    """Return the record in which three series move by less than they seem to after the onset.

    Two move by more than a tenth and less than their unit's floor, one only in its mean.
    """
    feed = values_of(public, "feed.documents") or []

    def edit(name: str, minute: int, value: float) -> float:
        if minute < onset:
            return value
        if name == "feed.documents":
            return (feed[onset - 1 - (minute - onset) % 30] or 0) + 2
        if name == "index.duplicate_rate":
            return round(value + 0.012, 3)
        return 4 * value if minute % 4 == 0 else value

    return _edited(public, ("feed.documents", "index.duplicate_rate", spiky), edit)


def _absent(public: Record, onset: int, lost: str, counted: str) -> dict[str, list[Record]]:
    """Return claims that the record cannot decide, by type."""
    end, mute = public["minutes"], public["alerts"][0]["id"]
    sides = {"before": [onset - 40, onset], "after": [onset, end]}
    last = round(sum(filled(values_of(public, counted) or [])[-12:-2]))
    tokens = "prompt.tokens_in"
    return {
        "times": [
            {"type": "time", "id": "ev-77", "field": "at", "minute": onset},
            {"type": "time", "id": "al-99", "field": "delivered", "minute": onset},
            {"type": "time", "id": mute, "field": "delivered", "minute": onset},
        ],
        "counts": [
            {"type": "count", "series": counted, "from": end - 12, "to": end + 8, "is": 0},
            {"type": "count", "series": counted, "from": -12, "to": -2, "is": last},
            {"type": "count", "series": "tenant.nobody.bad", "from": 10, "to": 20, "is": 0},
        ],
        "comparisons": [
            {"type": "comparison", "series": lost, **sides, "says": "flat"},
            {"type": "comparison", "series": "retrieval.recall", **sides, "says": "fell"},
            {"type": "comparison", "series": tokens, **sides | {"before": [onset - 9, onset]},
             "says": movement(tokens, sides["before"], sides["after"], public)},
        ],
    }  # fmt: skip


def _printed(claim: Record) -> str:
    return ", ".join(f"{name} {value}" for name, value in claim.items())


def _time_claims(public: Record, draw: Random) -> list[Record]:
    """Return two claims on each source, one of them off by the offset or by a few minutes."""
    made = []
    for source, field in (("events", "at"), ("complaints", "at"), ("alerts", "delivered")):
        rows = [row for row in public[source] if row[field]]
        if not rows:
            continue
        row = draw.choice(rows)
        minute = minute_at(public, source, row[field])
        bare = datetime.fromisoformat(row[field]).replace(tzinfo=None)
        begin = datetime.fromisoformat(public["start"]).replace(tzinfo=None)
        naive = int((bare - begin).total_seconds() // 60)
        wrong = naive if naive != minute else minute + draw.randint(2, 9)
        claim = {"type": "time", "id": row["id"], "field": field}
        made += [claim | {"minute": minute}, claim | {"minute": wrong}]
    fired = next(a for a in public["alerts"])
    minute = minute_at(public, "alerts", fired["at"])
    return [*made, {"type": "time", "id": fired["id"], "field": "at", "minute": minute}]


def _count_claims(
    public: Record, names: Sequence[str], draw: Random, around: tuple[int, int]
) -> list[Record]:
    """Return claims over windows with and without missing minutes, right and slightly off."""
    made = []
    onset, gap = around
    late = gap + draw.randint(8, 12)
    for start, end in ((onset - 30, onset), (onset, late), (gap + 1, late + 5)):
        for name in names:
            values = values_of(public, name) or []
            full = filled(values)
            claim = {"type": "count", "series": name, "from": start, "to": end}
            right, shifted = round(sum(full[start:end])), round(sum(full[start : end + 1]))
            apart = round(sum(filled(values[start:end])))  # as if the window were all there is
            near = right + draw.choice((-2, 2))
            made += [claim | {"is": n} for n in {right: 0, shifted: 0, apart: 0, near: 0}]
    return made


def _comparisons(public: Record, draw: Random, onset: int) -> list[Record]:
    """Return every series' movement claimed rightly, and each claimed wrongly."""
    end = public["minutes"] - draw.randint(0, 5)
    made = []
    for name in _WATCHED:
        early = 10 if name == "prompt.tokens_in" else draw.randint(30, 45)
        sides = {"before": [onset - early, onset], "after": [onset, end]}
        if name == "feed.documents":
            sides = {"before": [onset - 30, onset], "after": [onset, onset + 30]}
        moved = movement(name, sides["before"], sides["after"], public)
        if moved is None:
            continue
        wrong = draw.choice([w for w in ("rose", "fell", "flat") if w != moved])
        claim = {"type": "comparison", "series": name, **sides}
        made += [claim | {"says": moved}, claim | {"says": wrong}]
    return made


# The case of the last three tasks


@dataclass(frozen=True)
class Mechanism:
    """What a mechanism blames, where it is triggered, and the series that must move with it."""

    cause: str
    part: str  # of the event that triggers it; "" where none does
    sign: str
    moves: str


MECHANISMS: Mapping[str, Mechanism] = {
    "embedder_mismatch": Mechanism("retrieval", "retrieval", "retrieval.top_score", "fell"),
    "rerank_inverted": Mechanism("retrieval", "reranker", "reranker.top_score", "fell"),
    "context_truncated": Mechanism("prompt", "prompt", "prompt.truncated_rate", "rose"),
    "grounding_dropped": Mechanism("prompt", "prompt", "model.tokens_out", "rose"),
    "slot_unfilled": Mechanism("prompt", "prompt", "prompt.tokens_in", "fell"),
    "silent_update": Mechanism("model", "", "model.tokens_out", "fell"),
    "bad_batch": Mechanism("data", "feed", "index.chunk_tokens", "fell"),
    "duplicates": Mechanism("data", "feed", "index.duplicate_rate", "rose"),
    "feed_stalled": Mechanism("data", "", "feed.documents", "fell"),
}
_SIGNS = frozenset(each.sign for each in MECHANISMS.values())
_MOVES = frozenset((each.sign, each.moves) for each in MECHANISMS.values())
HARMLESS = 0.1  # of the user-minutes that doing nothing loses
EASED = 0.4
LINGERS = 60  # minutes for which cached answers may outlive the fault
SPARES = 0.9  # of the user-minutes that doing nothing loses: what is above did nothing
HASTE = 10  # minutes that people need from detection to a first action
LATEST = 30
EFFORT = 340
DAYS = 30
_ROLE = re.compile(r"[a-z][a-z -]* (on-call|owner|lead|manager)")
_MANY = re.compile(r"\b(all|and|any|every\w*|or|some\w*|teams?|the)\b")
_RULE = re.compile(r"([a-z0-9_.]+) ?([<>]) ?(\d+(?:\.\d+)?) for (\d+)")
ROLES = ("detect", "mitigate", "prevent")


@dataclass(frozen=True)
class Sealed:
    """What only the official seat knows: the incident, and another one of the same mechanism."""

    case: Incident
    acted: int  # the minute in which the response that worked took effect

    @cached_property
    def replayed(self) -> tuple[Incident, Incident]:
        """Return the learner's own incident, and its sibling."""
        return self.case, _sibling(self.case)

    @cached_property
    def nothing(self) -> tuple[Outcome, Outcome]:
        """Return what doing nothing makes of them."""
        return replay(self.replayed[0]), replay(self.replayed[1])


@lru_cache(maxsize=32)
def incident(seed: int) -> Case:
    """Stage one handled incident of invention; each mechanism is as likely as any other."""
    family = Random(seed).choice(tuple(MECHANISMS))
    sign = MECHANISMS[family].sign.partition(".")[0]
    for turn in count():
        key = seed * 1000 + turn
        plan = _plan(key, (family,))
        if _fits(plan, sign) and _unnoticed(plan) and _misleading(plan) and _told_apart(plan):
            break
    staged = stage(key, families=(family,), handled=True)
    return Case(_told(staged.public.plain()), Sealed(staged, _acted(staged)))


def _unnoticed(plan: Plan) -> bool:
    """Say whether detection takes so long that it can be halved, after a quiet time."""
    slowly = plan.delay >= 10 or plan.muted or plan.family.ramp > 0
    return _calm(plan) and slowly


def _misleading(plan: Plan) -> bool:
    """Say whether the change nearest to the onset did nothing."""
    return not min(plan.events, key=lambda e: abs(e.minute - plan.onset)).causal


def _told_apart(plan: Plan) -> bool:
    """Say whether no two harmless prompts together make answers longer, as a careless one does."""
    return sum(e.part == "prompt" and not e.causal for e in plan.events) < 2


def _told(public: Record) -> Record:
    """Return the record up to some time after the service held its objective again."""
    end = restoration_of(public) + public["objective"]["hold_minutes"] + 10
    made = public | {"minutes": min(end, public["minutes"])}
    made["series"] = [s | {"values": s["values"][:end]} for s in public["series"]]
    for source in ("traces", "logs", "events", "alerts", "complaints"):
        made[source] = [row for row in public[source] if minute_at(public, source, row["at"]) < end]
    made["traces"] = made["traces"][::3]  # as many as a person would sample
    return made


def _acted(staged: Incident) -> int:
    """Return the minute in which the last response took effect."""
    last = staged.public.events[-1]  # responses stand at the end
    passed = datetime.fromisoformat(last.at) - datetime.fromisoformat(staged.public.start)
    start = int(passed.total_seconds() // 60)
    return start + int(last.text.rsplit("after ", 1)[1].split()[0])


def _sibling(staged: Incident) -> Incident:
    """Stage another incident of the mechanism, in another service of the same topology."""
    seed = staged.truth.parameters.seed
    options = {"families": (staged.truth.family,), "topologies": (staged.truth.topology,)}
    contract = staged.plan.service.contract
    sign = MECHANISMS[staged.truth.family].sign.partition(".")[0]
    for number in count(1):
        realm = f"judge/another {number}"
        plan = draw_plan((realm, seed), options["families"], options["topologies"])
        if plan.service.contract == contract and _fits(plan, sign) and _unnoticed(plan):
            return stage(seed, realm=realm, only=(COST,), **options)
    raise AssertionError("unreachable")


# Task 4: the timeline


_WHATS = {
    "alert": "at", "change": "at", "complaint": "at", "detected": "", "onset": "", "response": "at",
    "restored": "",
}  # fmt: skip
_ONCE = ("detected", "onset", "restored")


@dataclass(frozen=True)
class Entry:
    """One line of a timeline."""

    minute: int
    what: str
    cites: tuple[str, ...]


def _utc(public: Record, text: Any) -> int:
    """Return the minute of a UTC time such as 2031-05-06T09:41Z."""
    shown = f"{text!r} is no UTC time such as 2031-05-06T09:41Z."
    require(isinstance(text, str) and len(text) >= 17, shown)
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    require(at is not None and at.utcoffset() == timedelta(0), shown)
    passed = at - datetime.fromisoformat(public["start"])
    return int(passed.total_seconds() // 60)


def _entries(learner: Learner, case: Case) -> tuple[Record, list[Entry]]:
    fields = {"entries": list, "minutes_to_detect": int, "minutes_to_restore": int}
    got = record(learner.call("timeline", case.public), fields, "the timeline")
    made = []
    for row in got["entries"]:
        record(row, {"at": str, "what": str, "cites": list}, "an entry")
        require(row["what"] in _WHATS, f"An entry's what is one of {', '.join(_WHATS)}.", row)
        cited = row["cites"] and all(isinstance(name, str) for name in row["cites"])
        require(bool(cited), "An entry cites nothing.", row)
        made.append(Entry(_utc(case.public, row["at"]), row["what"], tuple(row["cites"])))
    for what in _ONCE:
        found = sum(entry.what == what for entry in made)
        require(found == 1, f"The timeline has {found} entries `{what}` instead of one.")
    minutes = [entry.minute for entry in made]
    require(minutes == sorted(minutes), "The entries are not in order of time.")
    return got, made


def _supported(public: Record, entry: Entry) -> None:
    """Want every cited id to exist, and to say what the entry says."""
    for name in entry.cites:
        if entry.what in ("onset", "restored"):
            known = values_of(public, name) is not None
            require(known, f"`{entry.what}` cites {name}, which is no series of this case.")
            telling = name.startswith("tenant.") or name in _SIGNS
            require(telling, f"{name} does not show `{entry.what}`: cite counts, or a sign.")
            continue
        field = "delivered" if entry.what == "detected" and name.startswith("al-") else "at"
        minute = minute_of_id(public, name, field)
        require(minute is not None, f"{name} does not exist in this case, or reached nobody.")
        same = minute == entry.minute
        require(same, f"{name} does not support an entry at minute {entry.minute}.", name, minute)


@case_task(incident, sealed=("the onset",))
def timeline(learner: Learner, case: Case) -> Score:
    """Want onset, detection, responses and restoration of one case, each with its source."""
    ladder, public = Ladder(learner), case.public
    start, cited = "the form", "every citation supports its entry"
    with ladder.step(start, 1):
        got, entries = _entries(learner, case)
        once = {entry.what: entry for entry in entries if entry.what in _ONCE}
    with ladder.step(cited, 2, after=start):
        for entry in entries:
            _supported(public, entry)
    with ladder.step("the detection", 2, after=cited):
        minute, name = detection_of(public)
        equal(once["detected"].minute, minute, what="the minute of detection")
        require(name in once["detected"].cites, f"The detection does not cite {name}.")
    with ladder.step("all responses", 1, after=cited):
        told = {name for e in entries if e.what == "response" for name in e.cites}
        done = {e["id"] for e in public["events"] if e["kind"] == "response"}
        equal(sorted(told), sorted(done), what="the list of responses")
    with ladder.step("the restoration", 2, after=start):
        right = restoration_of(public)
        within(once["restored"].minute, right - 1, right + 1, what="the minute of restoration")
    with ladder.step("the gaps", 1, after=start):
        gap = once["detected"].minute - once["onset"].minute
        equal(got["minutes_to_detect"], gap, what="minutes_to_detect")
        took = once["restored"].minute - once["detected"].minute
        equal(got["minutes_to_restore"], took, what="minutes_to_restore")
    with ladder.step("the onset", 3, after=start):
        onset = case.truth.case.truth.onset
        within(once["onset"].minute, onset - ROUGH, onset + ROUGH, what="the minute of the onset")
    return ladder.score()


# Task 5: the mechanism


_SHAPES: Mapping[str, Mapping[str, type]] = {
    "comparison": {"type": str, "series": str, "before": list, "after": list, "says": str},
    "count": {"type": str, "series": str, "from": int, "to": int, "is": float},
    "time": {"type": str, "id": str, "field": str, "minute": int},
}


def _claim(claim: Any) -> Record:
    """Want a claim of one of the three types."""
    known = isinstance(claim, dict) and claim.get("type") in list(_SHAPES)
    require(known, f"A claim's type is one of {', '.join(_SHAPES)}.", claim)
    record(claim, _SHAPES[claim["type"]], "a claim")
    field = claim.get("field", "at")
    require(field in ("at", "delivered"), "A claim's field is `at` or `delivered`.", field)
    for side in ("before", "after"):
        pair = claim.get(side, [0, 1])
        whole = len(pair) == 2 and all(type(minute) is int for minute in pair)
        require(whole, f"A claim's `{side}` is no pair of minutes.", claim)
    return dict(claim)


def _holding(claim: Record, public: Record) -> None:
    said = verdict(claim, public)
    require(said == HOLDS, f"A claim does not hold: {_printed(claim)}.", said, HOLDS)


@dataclass(frozen=True)
class Account:
    """A mechanism as a learner names it, with the claims for and against."""

    name: str
    trigger: str
    shows: list[Record]
    rules_out: dict[str, Record]

    @property
    def claims(self) -> list[Record]:
        """List every claim."""
        return [*self.shows, *self.rules_out.values()]

    @property
    def comparisons(self) -> list[Record]:
        """List the claims about two spans of time."""
        return [claim for claim in self.claims if claim["type"] == "comparison"]


def _account(learner: Learner, public: Record) -> Account:
    fields = {"mechanism": str, "trigger": str, "shows": list, "rules_out": dict}
    got = record(learner.call("mechanism", public), fields, "the record")
    known = got["mechanism"] in MECHANISMS
    require(known, f"The mechanism is one of {', '.join(MECHANISMS)}.", got["mechanism"])
    for name in got["rules_out"]:
        require(name in MECHANISMS, f"{name} is none of the mechanisms.", name)
    shows = [_claim(claim) for claim in got["shows"]]
    against = {name: _claim(claim) for name, claim in got["rules_out"].items()}
    return Account(got["mechanism"], got["trigger"], shows, against)


@case_task(incident, sealed=("the mechanism", "the trigger", "the spans"))
def mechanism(learner: Learner, case: Case) -> Score:
    """Want what broke, what triggered it, and claims that show it and rule others out."""
    ladder, public = Ladder(learner), case.public
    start, recomputed = "the form", "every claim holds"
    with ladder.step(start, 1):
        account = _account(learner, public)
        named = MECHANISMS[account.name]
        changes = {e["id"] for e in public["events"] if e["kind"] != "response"}
        exists = account.trigger in changes | {""}
        require(exists, "The trigger is no change of this case.", account.trigger)
    with ladder.step(recomputed, 2, after=start):
        for claim in account.claims:
            _holding(claim, public)
    with ladder.step("the sign and the harm are shown", 1, after=recomputed):
        signs = [c for c in account.shows if c.get("series") == named.sign]
        moved = any(c.get("says") == named.moves for c in signs)
        require(moved, f"No claim says that {named.sign} {named.moves}.")
        harm = any(
            c["type"] == "count" and c["series"].startswith("tenant.") and
            c["series"].endswith(".bad") for c in account.shows
        )  # fmt: skip
        require(harm, "No claim counts a tenant's bad requests.")
    with ladder.step("two alternatives are ruled out", 2, after=recomputed):
        causes = {MECHANISMS[name].cause for name in account.rules_out} - {named.cause}
        require(len(causes) >= 2, "Rule out mechanisms of two other causes.", sorted(causes))
        for name, claim in account.rules_out.items():
            other = MECHANISMS[name]
            about = claim["type"] == "comparison" and claim["series"] == other.sign
            require(about, f"What rules {name} out is not a comparison of {other.sign}.", claim)
            against = claim["says"] != other.moves
            require(against, f"{name} predicts that {other.sign} {other.moves}: so it did.", claim)
    with ladder.step("the mechanism", 3, after=start):
        right = case.truth.case.truth.family
        equal(account.name, right, what="the mechanism")
    with ladder.step("the trigger", 2, after="the mechanism"):
        equal(account.trigger, case.truth.case.truth.event, what="the trigger")
    with ladder.step("the spans", 1, after="the mechanism"):
        onset, acted = case.truth.case.truth.onset, case.truth.acted
        for claim in account.comparisons:
            told = f"A claim's spans mix the incident with what was not: {_printed(claim)}."
            require(claim["before"][1] <= onset + ROUGH, told)
            fine = onset - ROUGH <= claim["after"][0] and claim["after"][1] <= acted + ROUGH
            require(fine, told)
        for claim in account.shows:
            if claim["type"] == "count":
                told = f"A claim counts what was not the incident: {_printed(claim)}."
                fine = onset - ROUGH <= claim["from"] and claim["to"] <= acted + LINGERS
                require(fine, told)
    return ladder.score()


# Task 6: actions


@dataclass(frozen=True)
class Deed:
    """One action item."""

    does: str
    action: Action
    evidence: Record


def _deed(row: Any, public: Record) -> Deed:
    fields = {
        "does": str, "kind": str, "target": str, "after": int, "owner": str, "due": str,
        "evidence": dict,
    }  # fmt: skip
    record(row, fields, "an action")
    require(row["does"] in ROLES, f"An action's does is one of {', '.join(ROLES)}.", row["does"])
    require(row["kind"] in KINDS, f"Nobody can execute {row['kind']!r}.", sorted(KINDS))
    beforehand = {"prevent": "add_check", "detect": "add_alert"}
    wanted = beforehand.get(row["does"])
    if wanted:
        require(row["kind"] == wanted, f"What {row['does']}s is of kind {wanted}.", row["kind"])
    else:
        acts = row["kind"] not in beforehand.values() and row["kind"] != "undo"
        require(acts, "What mitigates acts during an incident.", row["kind"])
        quick = HASTE <= row["after"] <= LATEST
        told = f"What mitigates begins {HASTE} to {LATEST} minutes after detection."
        require(quick, told, row["after"])
    target = _rule(row["target"], public) if wanted == "add_alert" else row["target"]
    if wanted == "add_check":
        require(target in CHECKS, f"The checks are {', '.join(CHECKS)}.", target)
    return Deed(row["does"], Action(row["kind"], target, after=row["after"]),
                _claim(row["evidence"]))  # fmt: skip


def _rule(text: str, public: Record) -> str:
    """Want a rule that can be executed in any service; return it as the replay reads it."""
    rule = _RULE.fullmatch(text.strip())
    known = rule is not None and (rule[1] == "bad_share" or values_of(public, rule[1]) is not None)
    require(known, f"{text!r} is no rule such as `bad_share > 0.2 for 5`.")
    own = text.strip().startswith("tenant.")
    require(not own, "A rule on one tenant's series watches one tenant.", text)
    return "{} {} {} for {}".format(*rule.groups()) if rule else ""


def _owned(row: Record, day: date) -> None:
    """Want one role that owns the action, and a date soon after the incident."""
    owner = row["owner"].strip().lower()
    single = bool(_ROLE.fullmatch(owner)) and not _MANY.search(owner)
    told = "What many own, nobody does: name one role, such as `search on-call`."
    require(single, told, row["owner"])
    try:
        due = date.fromisoformat(row["due"])
    except ValueError:
        due = day - timedelta(days=1)
    fine = day <= due <= day + timedelta(days=DAYS)
    require(fine, f"An action is due within {DAYS} days after {day}.", row["due"])


def _chosen(deeds: Sequence[Deed], does: str, case: Incident, own: Incident) -> list[Action]:
    """Return the actions of a role; the trigger's id is that of the incident replayed."""
    made = []
    for deed in deeds:
        if deed.does == does:
            action = deed.action
            if action.target and action.target == own.truth.event:
                action = Action(action.kind, case.truth.event, after=action.after)
            made.append(action)
    return made


@case_task(incident, sealed=("it is prevented", "it is noticed sooner", "it hurts for less long"))
def actions(learner: Learner, case: Case) -> Score:
    """Want owned, dated and affordable actions, of which each changes its own quantity."""
    ladder, public = Ladder(learner), case.public
    start = "the form"
    with ladder.step(start, 2):
        rows = learner.call("actions", public)
        require(isinstance(rows, list), "Return a list of actions.", rows)
        deeds = [_deed(row, public) for row in rows]
        roles = {deed.does for deed in deeds}
        equal(sorted(roles), list(ROLES), what="the list of what the actions do")
    with ladder.step("owners and dates", 2, after=start):
        day = datetime.fromisoformat(public["start"]).date()
        for row in rows:
            _owned(row, day)
    with ladder.step("the effort", 2, after=start):
        effort = sum(KINDS[deed.action.kind].effort for deed in deeds)
        within(effort, 0, EFFORT, what="the effort in minutes of people")
    with ladder.step("the evidence", 2, after=start):
        for deed in deeds:
            _holding(deed.evidence, public)
            moved = (deed.evidence.get("series"), deed.evidence.get("says")) in _MOVES
            told = f"What {deed.does}s cites no comparison of a sign that moved as predicted."
            require(deed.does == "detect" or moved, told, _printed(deed.evidence))
        minute, name = detection_of(public)
        cited = [(d.evidence.get("id"), d.evidence.get("minute")) for d in deeds]
        told = "What should detect it sooner does not cite how, and when, it was detected."
        require((name, minute) in cited, told)
    with ladder.step("it is prevented", 3, after=start):
        for one, nothing in zip(case.truth.replayed, case.truth.nothing, strict=True):
            done = replay(one, _chosen(deeds, "prevent", one, case.truth.case))
            share = done.lost / nothing.lost
            within(share, 0, HARMLESS, what="the share of the user-minutes that is still lost")
    with ladder.step("it is noticed sooner", 2, after=start):
        for one, nothing in zip(case.truth.replayed, case.truth.nothing, strict=True):
            done = replay(one, _chosen(deeds, "detect", one, case.truth.case))
            equal(done.false_pages, 0, what="the number of false pages")
            within(done.detection_gap, 0, nothing.detection_gap / 2, what="the detection gap")
    with ladder.step("it hurts for less long", 3, after=start):
        for one, nothing in zip(case.truth.replayed, case.truth.nothing, strict=True):
            chosen = _chosen(deeds, "mitigate", one, case.truth.case)
            done = replay(one, chosen)
            require(not done.side_effects, "An action has a price.", "; ".join(done.side_effects))
            for action in chosen if len(chosen) > 1 else ():
                idle = action.kind != "flush_cache" and (
                    replay(one, [action]).lost > SPARES * nothing.lost
                )
                require(not idle, f"{action.kind} alone would have done next to nothing.")
            share = done.lost / nothing.lost
            within(share, 0, EASED, what="the share of the user-minutes that is still lost")
    return ladder.score()
