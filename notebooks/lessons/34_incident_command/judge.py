"""Judge the six tasks of lesson 34: restoration, escalation, diagnosis, mitigation, a shift.

The oracles follow the rules that the tasks state. `diagnose` and `next_step`
draw fresh incidents of the incident scenario, several families of which no open
cell shows; `handover` and `runbook` judge what one learner wrote about one
shift, against its sealed truth, in the replay and in drills elsewhere.
Nothing here is statistical: each rule has one answer on each case.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from math import inf
from random import Random
from statistics import fmean, median
from typing import Any

from autograder.checks import Ladder, Score, close, equal, record, require, within
from autograder.judging import Learner
from autograder.judging.case import Case, case_task
from autograder.scenarios.incidents import (
    CLASSES,
    FAMILIES,
    KINDS,
    TOPOLOGIES,
    Action,
    Incident,
    Outcome,
    minute_of,
    replay,
    stage,
)
from autograder.scenarios.incidents.alarms import bad_shares, detection, rolling
from autograder.scenarios.incidents.course import event_ids, run, schedule
from autograder.scenarios.incidents.outcome import disclosures, lost_minutes, restored_at
from autograder.scenarios.incidents.plan import Plan, draw_plan
from autograder.scenarios.incidents.rules import MINUTES_DISCLOSED
from autograder.scenarios.incidents.simulation import Moment
from autograder.scenarios.incidents.telemetry import measure

__all__ = [
    "diagnose",
    "escalate",
    "handover",
    "next_step",
    "runbook",
    "shift",
    "time_to_restore",
]

HINTS = {
    "time_to_restore": (
        "For each minute from detection on: the sums of the last five minutes, of those that are "
        "reported. Fewer than three, or a good share below the target: not met. Count the minutes "
        "met in a row; at `hold` of them, the first of the row is the restoration. Sort the times "
        "of a severity with infinity for open incidents, and take the median."
    ),
    "escalate": (
        "threshold = share of the budget * days * 24. Both windows must reach it. Then climb: the "
        "last one paged has `patience` minutes, and an acknowledgement ends the climb. Privacy is "
        "beside the path, not on it."
    ),
    "diagnose": (
        "states = {signal: moved(view, signal)}. roots = those that moved, of which no signal in "
        "`follows` moved. Unknown if there is none, if one of them follows a signal that is "
        "None, or if they name two causes."
    ),
    "next_step": (
        "In this order: stop the line if answers are disclosed; if it is stopped, open it when "
        "what was begun is in effect; wait while the newest action is not in effect for five "
        "minutes; do nothing if the last five minutes meet the target; else undo what stands and "
        "did not help, and begin the first suspect that was not tried."
    ),
    "handover": (
        "Sum bad and requests over tenants. Add up bad - middle * requests minute by minute, "
        "`middle` between the usual share and the present one: the onset follows the lowest "
        "point. Then let your diagnose read the view with that onset, and act on its root."
    ),
    "runbook": (
        "Confirm with a root signal that the kind's look-alikes do not move. Check after the "
        "action is in effect, plus the five minutes that the share is taken over."
    ),
}

WHY = {
    "time_to_restore": (
        "Begin, end, window and open cases are stated, so two people get the same number; and a "
        "median by severity is not moved by whoever closes trivial incidents fast."
    ),
    "escalate": (
        "The path is decided before anybody is tired: burn decides the severity, silence moves "
        "it up, and privacy waits for nobody."
    ),
    "diagnose": (
        "What follows from something else that moved is no cause, and what cannot be seen cannot "
        "be excluded."
    ),
    "next_step": (
        "One change, in effect, observed: so you know what helped, and what to take back."
    ),
    "handover": "The next shift gets what is known, what shows it, and what is being done.",
    "runbook": (
        "Trigger, confirmation, action, check and stop are all executable, so a drill can prove "
        "them before the night they are needed."
    ),
}

Record = dict[str, Any]
COST = "model.cost_usd"


# Task 1: time to restore


QUORUM, WINDOW = 3, 5
SEVERITIES = ("sev1", "sev2", "sev3")


def restored_of(incident: Record) -> int | None:
    """Return the first minute from which the target is known to hold for `hold` minutes."""
    row = 0
    for minute in range(incident["detected"], len(incident["requests"])):
        row = row + 1 if _met(incident, minute) else 0
        if row == incident["hold"]:
            return minute - row + 1
    return None


def _window(incident: Record, minute: int) -> tuple[int, int, int]:
    """Return reported minutes, requests and bad requests of a minute and the four before."""
    span = range(max(0, minute - WINDOW + 1), minute + 1)
    seen = [m for m in span if incident["requests"][m] is not None]
    asked = sum(incident["requests"][m] for m in seen)
    return len(seen), asked, sum(incident["bad"][m] for m in seen)


def _met(incident: Record, minute: int) -> bool:
    seen, asked, bad = _window(incident, minute)
    return seen >= QUORUM and bad <= (1 - incident["target"]) * asked


def summary_of(incidents: Sequence[Record]) -> Record:
    """Return count, open incidents and median minutes for each severity."""
    made: Record = {}
    for severity in sorted({i["severity"] for i in incidents}):
        mine = [i for i in incidents if i["severity"] == severity]
        ends = [restored_of(i) for i in mine]
        times = [inf if e is None else e - i["detected"] for i, e in zip(mine, ends, strict=True)]
        middle = median(times)
        made[severity] = {
            "incidents": len(mine),
            "open": ends.count(None),
            "median": None if middle == inf else middle,
        }
    return made


def _drawn(draw: Random, severity: str, kind: str) -> Record:
    """Draw an incident of counts in which no share is the target's to the last digit."""
    while True:
        made = _counted(draw, severity, kind)
        windows = [_window(made, minute) for minute in range(len(made["requests"]))]
        if all(abs(bad - (1 - made["target"]) * asked) > 0.1 for _, asked, bad in windows if asked):
            return made


def _counted(draw: Random, severity: str, kind: str) -> Record:
    """Draw counts of minutes: `relapse`, `blind` while it is down, `late` found, `open`, `cut`."""
    hold, detected = draw.choice((15, 20, 30)), draw.randint(12, 30)
    allowed = draw.choice((0.05, 0.1, 0.2))
    down = draw.randint(12, 40)
    # Good minutes, too few to count; then bad ones again, though not as bad.
    early = draw.randint(6, hold - 2)
    again = draw.randint(8, 25)
    good, worse, worst = (0.2, 0.5), (1.4, 1.8), (2.6, 4.0)  # of the share that is allowed
    spans = [(detected - draw.randint(4, 9), good), (down + 9, worst), (early, good)]
    if kind == "late":
        # It was over when it was noticed, and minutes before that still count.
        spans, again = [(detected - 9, good), (9, worst), (hold - 3, good)], 0
    spans.append((again, worse))
    # What the record cuts off has not held; nor has what gets worse again.
    short = kind in ("open", "cut")
    spans.append((hold - 2 if short else hold + draw.randint(12, 30), good))
    spans += [(12, worse)] if kind == "open" else []
    levels = [level for length, level in spans for _ in range(length)]
    requests: list[int | None] = [draw.randint(180, 260) for _ in levels]
    bad: list[int | None] = [
        round((asked or 0) * allowed * draw.uniform(*level))
        for asked, level in zip(requests, levels, strict=True)
    ]
    if kind == "blind":
        start = sum(length for length, _ in spans[:4]) - draw.randint(2, 4)
        end = start + draw.randint(9, 12)
        requests[start:end] = bad[start:end] = [None] * (end - start)
    merged = len(levels) + draw.randint(100, 2000)
    return {
        "severity": severity, "detected": detected, "merged": merged, "hold": hold,
        "target": 1 - allowed, "requests": requests, "bad": bad,
    }  # fmt: skip


def time_to_restore(learner: Learner, seed: int) -> Score:
    """Draw a quarter's incidents; want how long each severity took, by the stated definition."""
    draw, ladder = Random(seed), Ladder(learner)

    def quarter(*kinds: Sequence[str]) -> list[Record]:
        severities = draw.sample(SEVERITIES, len(kinds))
        made = [_drawn(draw, s, kind) for s, of in zip(severities, kinds, strict=True)
                for kind in of]  # fmt: skip
        return draw.sample(made, len(made))

    def ask(incidents: list[Record]) -> None:
        got = learner.call("time_to_restore", incidents)
        close(got, summary_of(incidents), 1e-9, 1e-9, "the summary")

    start = "a good bucket is no restoration"
    with ladder.step(start, 1.5):
        ask(quarter(("relapse",) * 3, ("relapse",) * 2, ("late",)))
    with ladder.step("minutes without telemetry", 1, after=start):
        ask(quarter(("blind",) * 2, ("blind",)))
    with ladder.step("open incidents", 1, after=start):
        ask(quarter(("relapse", "cut", "relapse"), ("relapse", "relapse", "open")))
    with ladder.step("a median that lies among the open ones", 0.5, after=start):
        ask(quarter(("open", "relapse"), ("relapse",)))
    return ladder.score()


# Task 2: escalate


PATH = ("primary", "secondary", "manager")
EATS = {1: 0.01, 2: 0.005}  # of the period's budget in an hour
PATIENCE = {1: 5, 2: 15}
CADENCE = {1: 30, 2: 60}
LONG, SHORT = 60, 5
VENDOR_PATIENCE = 10


def burn_of(report: Record, minutes: int) -> float:
    """Return the burn rate of the last minutes, of those that are reported."""
    pairs = zip(report["requests"][-minutes:], report["bad"][-minutes:], strict=True)
    seen = [(asked, bad) for asked, bad in pairs if asked is not None]
    asked = sum(pair[0] for pair in seen)
    return sum(pair[1] for pair in seen) / asked / (1 - report["target"]) if asked else 0.0


def severity_of(report: Record) -> int:
    """Return 1, 2 or 3."""
    if report["disclosures"]:
        return 1
    both = min(burn_of(report, LONG), burn_of(report, SHORT))
    hours = 24 * report["days"]
    return next((level for level, share in EATS.items() if both >= share * hours), 3)


def orders_of(report: Record) -> Record:
    """Return what the policy orders in a minute."""
    severity, now = severity_of(report), report["now"]
    page = []
    if severity < 3 and not any(role in report["acked"] for role in PATH):
        called = [role for role in PATH if role in report["paged"]]
        waited = now - report["paged"][called[-1]] if called else inf
        if waited >= PATIENCE[severity] and len(called) < len(PATH):
            page.append(PATH[len(called)])
    if report["disclosures"] and "privacy" not in report["paged"]:
        page.append("privacy")
    vendor = report["vendor"]
    call = ""
    if vendor["suspect"] and not vendor["answered"]:
        opened = vendor["opened"]
        call = "open" if opened is None else "wait"
        if opened is not None and now - opened >= VENDOR_PATIENCE:
            call = "stop waiting"
    due = None if severity == 3 else max(0, report["updated"] + CADENCE[severity] - now)
    return {
        "severity": severity,
        "stop_the_line": report["disclosures"] > 0,
        "page": page,
        "vendor": call,
        "update_in": due,
    }


def _report(draw: Random, long: float, short: float) -> Record:
    """Draw a report whose last hour and last five minutes burn at these rates of the severe one."""
    target, days = draw.choice(((0.9, 28), (0.95, 30), (0.98, 28), (0.99, 30)))
    severe = EATS[1] * 24 * days * (1 - target)
    requests: list[int | None] = [draw.randint(2000, 3000) for _ in range(120)]
    shares = [long * severe] * 115 + [short * severe] * 5
    bad: list[int | None] = [round((n or 0) * s) for n, s in zip(requests, shares, strict=True)]
    now = draw.randint(600, 900)
    return {
        "now": now, "target": target, "days": days, "requests": requests, "bad": bad,
        "disclosures": 0, "paged": {}, "acked": {}, "updated": now - draw.randint(3, 25),
        "vendor": {"suspect": False, "opened": None, "answered": False},
    }  # fmt: skip


def escalate(learner: Learner, seed: int) -> Score:
    """Draw reports in different states; want what the policy orders in each."""
    draw, ladder = Random(seed), Ladder(learner)

    def ask(reports: Iterable[Record]) -> None:
        for report in reports:
            got = learner.call("escalate", report)
            equal(got, orders_of(report), what="the orders")

    def burning(level: int) -> Record:
        rate = draw.uniform(1.1, 1.3) if level == 1 else draw.uniform(0.6, 0.85)
        return _report(draw, rate, rate)

    start = "severity by two windows"
    with ladder.step(start, 1.5):
        spike = _report(draw, draw.uniform(0.05, 0.2), draw.uniform(1.2, 1.4))
        over = _report(draw, draw.uniform(1.2, 1.3), draw.uniform(0.05, 0.2))
        mixed = _report(draw, draw.uniform(0.6, 0.9), draw.uniform(1.1, 1.4))
        ask((burning(1), burning(2), spike, over, mixed))
    with ladder.step("minutes without telemetry", 0.5, after=start):
        partly = burning(1)
        gone = draw.sample(range(61, 118), 35)
        for name in ("requests", "bad"):
            partly[name] = [None if m in gone else v for m, v in enumerate(partly[name])]
        ask((partly,))
    with ladder.step("the path", 1.5, after=start):
        ask(_on_the_path(draw, burning))
    with ladder.step("a disclosure", 1.5, after=start):
        quiet, known = _report(draw, 0.1, 0.1), _report(draw, 0.1, 0.1)
        for report in (quiet, known):
            report["disclosures"] = draw.randint(1, 9)
            report["paged"] = {"primary": report["now"] - draw.randint(1, 4)}
        quiet["acked"] = {"primary": quiet["now"] - 1}
        known["paged"]["privacy"] = known["now"] - 2
        known["acked"] = {"privacy": known["now"] - 1}
        ask((quiet, known, _late(draw, known), quiet | {"paged": {}, "acked": {}}))
    with ladder.step("the vendor", 1, after=start):
        ask(_with_a_vendor(draw, burning))
    return ladder.score()


def _late(draw: Random, report: Record) -> Record:
    """Return the report with the first person silent: privacy's answer does not end the path."""
    return report | {
        "paged": report["paged"] | {"primary": report["now"] - draw.randint(5, 9)},
        "updated": report["now"] - draw.randint(31, 50),
    }


def _on_the_path(draw: Random, burning: Callable[[int], Record]) -> list[Record]:
    made = []
    for level in (1, 2):
        for called, passed in ((1, 0), (1, -1), (2, 0), (2, -1), (3, 40)):
            report = burning(level)
            last = report["now"] - PATIENCE[level] - passed
            report["paged"] = {
                role: last - 20 * (called - 1 - place) for place, role in enumerate(PATH[:called])
            }
            made.append(report)
    answered = burning(1)
    answered["paged"] = {"primary": answered["now"] - draw.randint(10, 30)}
    answered["acked"] = {"primary": answered["now"] - draw.randint(1, 9)}
    return [*made, answered]


def _with_a_vendor(draw: Random, burning: Callable[[int], Record]) -> list[Record]:
    states = ((None, False), (0, False), (9, False), (10, False), (draw.randint(11, 30), True))
    made = []
    for waited, answered in states:
        report = burning(draw.choice((1, 2)))
        opened = None if waited is None else report["now"] - waited
        report["vendor"] = {"suspect": True, "opened": opened, "answered": answered}
        made.append(report)
    return [*made, _report(draw, 0.1, 0.1) | {"vendor": made[0]["vendor"]}]


# Task 3: diagnose


def _signal(cause: str, by: float, relative: bool) -> Record:
    return {"cause": cause, "by": by, "relative": relative}


SIGNALS: Mapping[str, Record] = {
    "feed.documents fell": _signal("data", 0.5, True),
    "feed.rejected rose": _signal("data", 2.0, False),
    "index.documents fell": _signal("data", 0.07, True),
    "index.chunk_tokens fell": _signal("data", 0.1, True),
    "index.duplicate_rate rose": _signal("data", 0.1, False),
    "cache.hit_rate fell": _signal("infrastructure", 0.5, True),
    "retrieval.memory rose": _signal("infrastructure", 0.08, False),
    "retrieval.error_rate rose": _signal("infrastructure", 0.04, False),
    "model.error_rate rose": _signal("infrastructure", 0.08, False),
    "retrieval.foreign_rate rose": _signal("retrieval", 0.05, False),
    "retrieval.empty_rate rose": _signal("retrieval", 0.08, False),
    "retrieval.top_score fell": _signal("retrieval", 0.08, True),
    "reranker.top_score fell": _signal("retrieval", 0.08, True),
    "prompt.truncated_rate rose": _signal("prompt", 0.1, False),
    "prompt.tokens_in fell": _signal("prompt", 0.12, True),
    "model.invalid_rate rose": _signal("prompt", 0.08, False),
    "model.tokens_out rose": _signal("prompt", 0.11, True),
    "model.rate_limited rose": _signal("model", 0.05, False),
    "model.p95_ms rose": _signal("model", 0.5, True),
    "model.refusal_rate rose": _signal("model", 0.08, False),
    "model.tokens_out fell": _signal("model", 0.08, True),
}
_STOCK = ("feed.rejected rose", "index.documents fell")
_RETRIED = ("cache.hit_rate fell", "model.error_rate rose", "model.invalid_rate rose")
FOLLOWS: Mapping[str, Sequence[str]] = {
    "retrieval.empty_rate rose": _STOCK,
    "prompt.tokens_in fell": (*_STOCK, "retrieval.empty_rate rose"),
    "model.refusal_rate rose": (*_STOCK, "retrieval.empty_rate rose", "prompt.tokens_in fell"),
    "retrieval.top_score fell": ("index.chunk_tokens fell",),
    "reranker.top_score fell": ("index.chunk_tokens fell", "retrieval.top_score fell"),
    "model.rate_limited rose": _RETRIED,
    "model.p95_ms rose": _RETRIED,
    "retrieval.error_rate rose": (
        *_RETRIED, "retrieval.memory rose", "model.rate_limited rose", "model.p95_ms rose",
    ),
}  # fmt: skip
UNSEEN = (
    "cache_down", "duplicates", "memory_leak", "refusals_up", "rerank_inverted", "schema_change",
    "slot_unfilled", "tenants_mixed",
)  # fmt: skip
_LOUD = ("cache_down", "memory_leak", "schema_change")  # of them, what others follow
SEEN = tuple(name for name in FAMILIES if name not in UNSEEN)
BEFORE, SETTLED, FEWEST = 40, 5, 10
FACTORS = (0.83, 1.0, 1.18)  # of the bounds, between which a drawn incident tells the same
_WATCHED = tuple(sorted({name.split()[0] for name in SIGNALS}))


def shift_of(view: Record, name: str) -> float | None:
    """Return how far a signal moved, in units of its bound; None if telemetry cannot tell."""
    series, way = name.split()
    about, onset = view["signals"][name], view["onset"]
    sides = [
        [v for v in view["series"][series][span] if v is not None]
        for span in (slice(onset - BEFORE, onset), slice(onset + SETTLED, None))
    ]
    if min(map(len, sides)) < FEWEST:
        return None
    old, new = map(median, sides)
    moved = new - old if way == "rose" else old - new
    if about["relative"]:
        moved /= old or 1
    return float(moved / about["by"])


def shifts_of(view: Record) -> dict[str, float | None]:
    """Return every signal's shift."""
    return {name: shift_of(view, name) for name in view["signals"]}


def verdict_of(view: Record) -> Record:
    """Return cause and roots by the rule of the task."""
    return _verdict(view, shifts_of(view))


def _verdict(view: Record, shifts: Mapping[str, float | None], factor: float = 1.0) -> Record:
    up = {name for name, shift in shifts.items() if shift is not None and shift >= factor}
    dark = {name for name, shift in shifts.items() if shift is None}
    follows = view["follows"]
    roots = sorted(n for n in up if not up & set(follows[n]))
    causes = {view["signals"][n]["cause"] for n in roots}
    if len(causes) != 1 or any(dark & set(follows[n]) for n in roots):
        return {"cause": "unknown", "roots": []}
    return {"cause": causes.pop(), "roots": roots}


def _tells(plan: Plan, view: Record, shifts: Mapping[str, float | None]) -> bool:
    """Say whether the roots name the cause, with bounds a little lower and higher as well."""
    causes = {_verdict(view, shifts, factor)["cause"] for factor in FACTORS}
    return causes == {plan.family.cause}


def _plan(seed: int, families: Sequence[str], topologies: Sequence[str] = TOPOLOGIES) -> Plan:
    return draw_plan(("judge", seed), tuple(families), tuple(topologies))


def legend(parts: Iterable[str]) -> tuple[Record, Record]:
    """Return the signals of a service with these parts, and what each may follow from."""
    here = set(parts)
    known = {n: dict(s) for n, s in SIGNALS.items() if n.partition(".")[0] in here}
    return known, {n: [f for f in FOLLOWS.get(n, ()) if f in known] for n in known}


def _dashboard(plan: Plan, draw: Random) -> Record:
    """Return an incident's dashboard, some time after it acts in full."""
    until = plan.onset + plan.family.ramp + draw.randint(40, 50)
    course = run(plan, (), until=until)
    signals, follows = legend(plan.service.parts)
    begin = plan.onset - draw.randint(42, 48)
    series = measure(plan, course[begin:until], until - begin, _WATCHED)
    return {
        "onset": plan.onset - begin,
        "minutes": until - begin,
        "events": [
            {"id": name, "minute": e.minute - begin, "part": e.part}
            for name, e in zip(event_ids(plan), plan.events, strict=True)
            if begin <= e.minute < until
        ],
        "signals": signals,
        "follows": follows,
        "series": {s.name: list(s.values) for s in series if s.name in _WATCHED},
    }


@dataclass(frozen=True)
class Told:
    """A dashboard whose telemetry tells the cause, whatever the bounds' last digit."""

    view: Record
    shifts: Mapping[str, float | None]
    cause: str

    @property
    def roots(self) -> list[str]:
        """List the roots."""
        return list(_verdict(self.view, self.shifts)["roots"])

    @property
    def followed(self) -> bool:
        """Say whether signals besides the roots moved clearly, and would still be seen."""
        own = {name.split()[0] for name in self.roots}
        far = max(FACTORS)
        return any((s or 0) > far for n, s in self.shifts.items() if n.split()[0] not in own)

    @property
    def beside(self) -> list[str]:
        """List signals of quiet series that no root may follow from."""
        loud = {n.split()[0] for n, s in self.shifts.items() if s is None or s >= 1}
        above = {f.split()[0] for name in self.roots for f in self.view["follows"][name]}
        return [name for name in self.shifts if name.split()[0] not in loud | above]


def _told(draw: Random, families: Sequence[str]) -> Told:
    """Draw a dashboard that tells."""
    while True:
        plan = _plan(draw.getrandbits(48), families)
        if any(gap.part in plan.service.parts for gap in plan.gaps):
            continue
        view = _dashboard(plan, draw)
        shifts = shifts_of(view)
        if _tells(plan, view, shifts):
            return Told(view, shifts, plan.family.cause)


def _dark(view: Record, lost: set[str]) -> Record:
    """Return the view without telemetry of these series from shortly before the onset."""
    gone = view["onset"] - 8
    series = {
        name: values[:gone] + [None] * (len(values) - gone) if name in lost else values
        for name, values in view["series"].items()
    }
    return view | {"series": series}


def diagnose(learner: Learner, seed: int) -> Score:
    """Draw two incidents of different causes; want each told, and telemetry's limits respected."""
    draw, ladder = Random(seed), Ladder(learner)
    first = _told(draw, SEEN)
    names = UNSEEN if first.followed else _LOUD
    second = _told(draw, [name for name in names if FAMILIES[name].cause != first.cause])
    loud = first if first.followed else second

    def ask(told: Told, without: Iterable[str] = ()) -> None:
        lost = {name.split()[0] for name in without}
        view = _dark(told.view, lost)
        got = record(learner.call("diagnose", view), {"cause": str, "roots": list}, "the verdict")
        left = {n: None if n.split()[0] in lost else s for n, s in told.shifts.items()}
        want = _verdict(view, left)
        equal(got["cause"], want["cause"], what="the cause")
        equal(sorted(map(str, got["roots"])), want["roots"], what="the list of roots")

    start = "a family of the lesson"
    with ladder.step(start, 2):
        ask(first)
    with ladder.step("a family that no cell showed", 2):
        ask(second)
    with ladder.step("telemetry missing where it matters", 2, after=start):
        ask(loud, loud.roots)
    with ladder.step("telemetry missing where it does not", 2, after=start):
        ask(first, draw.sample(first.beside, 2))
    return ladder.score()


# Task 4: mitigate


BEAT, BEATS, OBSERVED = 5, 16, 10
_UNCACHED = tuple(t for t in TOPOLOGIES if not {"cache", "regions"} & set(t.split("+")))
_FIX: Mapping[str, str] = {
    "bad_batch": "restore_index",
    "context_truncated": "pin_prompt",
    "contract_changed": "pin_prompt",
    "duplicates": "restore_index",
    "grounding_dropped": "pin_prompt",
    "network_loss": "reroute_network",
    "slot_unfilled": "pin_prompt",
    "store_node_lost": "scale_out",
}
_STANDING = ("disable_reranker", "failover_model")
_BESIDE = ("fallback_prompt", "feature_off", "undo")  # no changes that could hide each other
SPARE = 0.03  # of the user-minutes that doing nothing loses


@dataclass
class Desk:
    """One incident as it goes on, and what has been begun."""

    plan: Plan
    suspects: list[Record]

    def __post_init__(self) -> None:
        """Let it take its course."""
        self.base = run(self.plan, ())
        self.course: list[Moment] = self.base
        self.bad = bad_shares(self.base)
        self.untouched = self.bad
        self.detected = detection(self.plan, self.bad)
        self.begun: list[Action] = []
        self.works: list[int] = []
        self.faults: list[str] = []

    def seen(self, now: int) -> Record:
        """Return what a commander's function is given."""
        has = self.plan.service.has("fallback")
        fallback = "tested" if self.plan.service.contract else "needs its prompt"
        shares = self.bad[now - 60 : now]
        return {
            "now": now,
            "detected": self.detected,
            "target": 0.9,
            "bad": [round(share, 4) for share in shares],
            "disclosures": round(disclosures(self.course[now - 5 : now])),
            "fallback": fallback if has else "none",
            "events": [
                {"id": name, "minute": e.minute, "part": e.part}
                for name, e in zip(event_ids(self.plan), self.plan.events, strict=True)
                if e.minute < now
            ],
            "suspects": [dict(s) for s in self.suspects],
            "taken": [
                {"kind": a.kind, "target": a.target, "at": a.start, "works_at": works}
                for a, works in zip(self.begun, self.works, strict=True)
            ],
        }

    def begin(self, orders: Any, now: int) -> None:
        """Begin what was ordered; note what breaks the rules of the room."""
        require(isinstance(orders, list), "Return a list of actions; it may be empty.", orders)
        if not orders:
            return
        busy = any(now < works + OBSERVED for works in self._changes())
        changes = 0
        for order in orders:
            record(order, {"kind": str, "target": str}, "an action")
            kind = order["kind"]
            known = kind in KINDS and not kind.startswith("add_")
            require(known, f"Nobody can begin {kind!r} now.", kind)
            changes += kind not in _BESIDE
            self.begun.append(Action(kind, order["target"], now))
        if changes > 1 or (changes and busy):
            self.faults.append(f"minute {now}: a change began before the last was observed")
        steps = schedule(self.plan, self.begun, self.detected)
        # Orders of one minute keep their order in the schedule.
        self.works = [s.done for s in steps]
        self.course = run(self.plan, steps, self.base)
        self.bad = bad_shares(self.course)

    def _changes(self) -> list[int]:
        pairs = zip(self.begun, self.works, strict=True)
        return [works for action, works in pairs if action.kind not in _BESIDE]

    def again(self) -> Desk:
        """Return the incident as it was before anything was begun."""
        return Desk(self.plan, self.suspects)

    def lost(self, nothing: bool = False) -> float:
        """Return the user-minutes of its course, or of the one without any action."""
        bad, course = (self.untouched, self.base) if nothing else (self.bad, self.course)
        return self.harm(bad) + MINUTES_DISCLOSED * disclosures(course)

    def harm(self, bad: Sequence[float]) -> float:
        """Return the user-minutes that these shares of bad requests cost."""
        usual = sum(self.untouched[: self.plan.onset]) / self.plan.onset
        return lost_minutes(self.plan, bad, usual)

    def tried(self, orders: Sequence[Record], now: int) -> list[float]:
        """Return the shares of bad requests if just these orders were begun now."""
        actions = [Action(row["kind"], row["target"], now) for row in orders]
        return bad_shares(run(self.plan, schedule(self.plan, actions, self.detected), self.base))

    def standing(self) -> list[str]:
        """List what was begun in vain, has a price, and still stands."""
        undone = [a.target for a in self.begun if a.kind == "undo"]
        kinds = [a.kind for a in self.begun if a.kind in (*_STANDING, "feature_off", "shed_load")]
        cure = self._cure()
        return [kind for kind in kinds if kind not in undone and kind != cure]

    def _cure(self) -> str:
        return next(s["kind"] for s in self.suspects if s["kind"] in self.plan.family.cures)


def play(desk: Desk, decide: Callable[[Record], Any]) -> bool:
    """Ask every five minutes what to begin; tell whether it was always what the policy would."""
    same = True
    for beat in range(1, BEATS + 1):
        now = desk.detected + beat * BEAT
        seen = desk.seen(now)
        orders = decide(seen)
        same = same and orders == policy(seen)
        desk.begin(orders, now)
    return same


def policy(seen: Record) -> list[Record]:
    """Act, observe, act: the oracle."""
    taken, now = seen["taken"], seen["now"]
    kinds = [t["kind"] for t in taken]
    undone = [t["target"] for t in taken if t["kind"] == "undo"]
    tried = [(t["kind"], t["target"]) for t in taken]
    left = [s for s in seen["suspects"] if (s["kind"], s["target"]) not in tried]
    changes = [t for t in taken if t["kind"] not in _BESIDE]
    if seen["disclosures"] and "feature_off" not in kinds:
        return [{"kind": "feature_off", "target": ""}, *_begun(left, seen)]
    if "feature_off" in kinds and "feature_off" not in undone:
        ready = now >= changes[-1]["works_at"]
        return [{"kind": "undo", "target": "feature_off"}] if ready else []
    if changes and now < changes[-1]["works_at"] + OBSERVED:
        return []
    if sum(seen["bad"][-5:]) / 5 <= 1 - seen["target"]:
        return []
    vain = [k for k in _STANDING if k in kinds and k not in undone]
    return [*({"kind": "undo", "target": k} for k in vain), *_begun(left, seen)]


def _begun(left: Sequence[Record], seen: Record) -> list[Record]:
    """Return the first suspect's action; a fallback with the prompt that it may need."""
    fails_over = [suspect["kind"] for suspect in left[:1]] == ["failover_model"]
    owed = fails_over and seen["fallback"] == "needs its prompt"
    return [*([_suspect("fallback_prompt")] if owed else []), *left[:1]]


def _suspect(kind: str, target: str = "") -> Record:
    return {"kind": kind, "target": target}


def _fix(plan: Plan) -> Record:
    """Return the action that ends the fault."""
    cause = next((n for n, e in zip(event_ids(plan), plan.events, strict=True) if e.causal), "")
    kind = _FIX.get(plan.family.name) or ("rollback" if cause else "failover_model")
    return _suspect(kind, {"rollback": cause, "scale_out": "retrieval"}.get(kind, ""))


def _innocent(plan: Plan) -> list[str]:
    """List the events before the onset that have nothing to do with it, the latest first."""
    pairs = zip(event_ids(plan), plan.events, strict=True)
    return [name for name, e in pairs if not e.causal and e.minute <= plan.onset][::-1]


def _mistaken(draw: Random) -> Desk:
    """Draw an incident whose first suspect is none, but has a price; the second is rarely right."""
    while True:
        plan = _plan(draw.getrandbits(48), tuple(_FIX), _UNCACHED)
        vain = [_suspect("rollback", _innocent(plan)[0])]
        if plan.service.has("reranker"):
            vain.insert(0, _suspect("disable_reranker"))
        if plan.service.has("fallback"):
            vain.insert(0, _suspect("failover_model"))
        if len(vain) > 1:
            wrong = vain if draw.random() < 0.4 else [vain[0]]
            desk = Desk(plan, [*wrong[:2], _fix(plan), _suspect("restart", "gateway")])
            if desk.detected < 250:
                return desk


def _state(draw: Random, **fields: Any) -> Record:
    """Return what is seen in some minute of some night."""
    now = draw.randint(140, 240)
    events = [{"id": f"ev-0{n}", "minute": now - draw.randint(20, 90), "part": "model"} for n in
              (1, 2)]  # fmt: skip
    made = {
        "now": now, "detected": now - draw.randint(20, 40), "target": 0.9, "disclosures": 0,
        "bad": [round(draw.uniform(0.3, 0.5), 4) for _ in range(60)], "fallback": "none",
        "events": events, "suspects": [], "taken": [],
    }  # fmt: skip
    return made | fields


def _done(kind: str, target: str, at: int, works: int) -> Record:
    return {"kind": kind, "target": target, "at": at, "works_at": works}


def _costly(draw: Random) -> list[Record]:
    """Return states in which a fallback is the next to try, was tried, or is not needed."""
    made = []
    for fallback in ("needs its prompt", "tested"):
        state = _state(draw, fallback=fallback)
        begun = state["now"] - draw.randint(15, 19)
        taken = [_done("pin_prompt", "", begun, begun + 4)]
        suspects = [_suspect("pin_prompt"), _suspect("failover_model"), _suspect("pin_model")]
        made.append(state | {"suspects": suspects, "taken": taken})
    failed = made[0]["now"] - 13  # the fallback, not its prompt, is in effect for ten minutes
    stands = [
        *made[0]["taken"],
        _done("fallback_prompt", "", failed, failed + 4),
        _done("failover_model", "", failed, failed + 3),
    ]
    fine = [0.4] * 50 + [round(draw.uniform(0.03, 0.06), 4) for _ in range(10)]
    fair = [0.4] * 50 + [round(draw.uniform(0.11, 0.14), 4) for _ in range(10)]
    rollbacks = [_suspect("rollback", "ev-01"), _suspect("rollback", "ev-02")]
    first = [_done("rollback", "ev-01", failed - 9, failed - 1)]
    return [
        *made,
        made[0] | {"taken": stands},
        made[0] | {"bad": fine},
        made[0] | {"bad": [*fine[:-1], 0.3]},
        made[0] | {"bad": fine, "target": 0.98},
        made[0] | {"bad": fair, "target": 0.8},
        made[0] | {"suspects": rollbacks, "taken": first, "bad": [*([0.15] * 59), 0.05]},
    ]


def _leaks(draw: Random) -> list[Record]:
    """Return states before the line is stopped, while it is, and when it may move again."""
    suspects = [_suspect("rollback", "ev-01"), _suspect("rollback", "ev-02")]
    leak = _state(draw, suspects=suspects, disclosures=draw.randint(3, 90))
    now = leak["now"]
    mild = leak | {"bad": [round(draw.uniform(0.02, 0.06), 4) for _ in range(60)]}

    def stopped(ago: int) -> list[Record]:
        at = now - ago
        return [_done("feature_off", "", at, at + 1), _done("rollback", "ev-01", at, at + 8)]

    off = {"disclosures": 0, "bad": [1.0] * 60}
    over = _done("undo", "feature_off", now - 1, now)
    return [
        leak,
        mild,
        leak | off | {"taken": stopped(draw.randint(2, 7))},
        leak | off | {"taken": stopped(draw.randint(8, 12))},
        leak | off | {"taken": [*stopped(9), over]},
    ]


def next_step(learner: Learner, seed: int) -> Score:
    """Let a function command one incident; want its orders in states that are rare, and dear."""
    draw, ladder = Random(seed), Ladder(learner)

    def ask(states: Sequence[Record]) -> None:
        for seen in states:
            got, want = learner.call("next_step", seen), policy(seen)
            require(isinstance(got, list), "Return a list of actions; it may be empty.", got)
            equal(sorted(map(_named, got)), sorted(map(_named, want)), what="the orders")

    start = "it ends, although the first suspect is none"
    with ladder.step(start, 1.5):
        desk = _mistaken(draw)
        same = play(desk, lambda seen: learner.call("next_step", seen))
        ended = restored_at(desk.bad, desk.plan.onset)
        require(ended is not None, "The objective never held again.", "not restored", "restored")
    with ladder.step("one change at a time, observed", 1.5, after=start):
        require(not desk.faults, "".join(desk.faults[:1]))
    with ladder.step("what did not help is undone", 1, after=start):
        equal(desk.standing(), [], what="the list of what still stands in vain")
    with ladder.step("no minute wasted", 1, after=start):
        if not same:
            best = desk.again()
            play(best, policy)
            allowed = best.lost() + SPARE * desk.lost(nothing=True)
            within(desk.lost(), 0, allowed, what="the user-minutes lost")
    with ladder.step("a fallback with a price", 1.5):
        ask(_costly(draw))
    with ladder.step("the line is stopped", 1.5):
        ask(_leaks(draw))
    return ladder.score()


def _named(order: Any) -> str:
    record(order, {"kind": str, "target": str}, "an action")
    return f"{order['kind']} {order['target']}".strip()


# The case of the last two tasks


MISTAKEN_FOR: Mapping[str, str] = {
    "bad_batch": "embedder_mismatch",
    "context_truncated": "silent_update",
    "duplicates": "rerank_inverted",
    "embedder_mismatch": "bad_batch",
    "grounding_dropped": "silent_update",
    "network_loss": "provider_slow",
    "quota_cut": "contract_changed",
    "refusals_up": "threshold_raised",
    "rerank_inverted": "bad_batch",
    "silent_update": "grounding_dropped",
    "slot_unfilled": "threshold_raised",
    "store_node_lost": "contract_changed",
}
SHOWN = "contract_changed"  # the runbook's example is of this kind
_PINNED = ("model.refusal_rate rose", "model.tokens_out fell")  # other roots need other actions
NEAR = 10  # minutes: how far from the onset the nearest change may be
ROUGH = 5  # minutes, where a person reads the onset off a dashboard
EASED = 0.15  # of what could still be saved
VAIN = 0.01  # of what was saved: an action that adds less was begun in vain
PARTED = 0.25  # of the present share of bad requests has to set in at the onset that is claimed
LATELY = 20  # minutes over which the present share is taken
ALLOWED = 0.1  # of the requests may be bad, by every objective here
RTO = 35  # minutes from the page
CONFIRM = 10  # minutes from the page until the confirmation is read
PAGED = 4  # minutes after the onset by which a fair page has come
AHEAD = 100  # minutes after its page that a drill is followed at least
PLAIN = 0.22  # of the requests are bad in every minute of a drill, from shortly after its onset
PLAINLY = 60  # minutes for which they are
DRAINED = 0.09  # of the requests at most are bad once a drill's cure is in effect and seen
DRAINS = 15  # minutes for which they are


@dataclass(frozen=True)
class Sealed:
    """What only the official seat knows of both incidents; each task draws what it needs."""

    both: tuple[Incident, Incident]

    @cached_property
    def nothing(self) -> list[Outcome]:
        """Return what becomes of them if nobody does anything."""
        return [replay(one) for one in self.both]

    @cached_property
    def best(self) -> list[Outcome]:
        """Return what becomes of them with what ends the fault."""
        return [replay(one, _cure(one.plan, one.public.minutes)) for one in self.both]

    @cached_property
    def drills(self) -> list[Desk]:
        """Return the first incident's kind in two other services."""
        first = self.both[0]
        return [_drill(first, number, first.truth.family) for number in (1, 2)]

    @cached_property
    def other(self) -> Desk:
        """Return the incident that the first one is mistaken for."""
        first = self.both[0]
        return _drill(first, 3, MISTAKEN_FOR[first.truth.family])


@lru_cache(maxsize=256)
def shift(seed: int) -> Case:
    """Stage the two open incidents of one shift."""
    draw = Random(seed)
    family = draw.choice(tuple(MISTAKEN_FOR))
    both_need = {*FAMILIES[family].needs, *FAMILIES[MISTAKEN_FOR[family]].needs}
    places = tuple(t for t in _UNCACHED if both_need <= set(t.split("+")))
    cause = FAMILIES[family].cause
    others = tuple(n for n in (*MISTAKEN_FOR, SHOWN) if FAMILIES[n].cause != cause)
    first = _open(draw, (family,), places)
    second = _open(draw, others, _UNCACHED)
    return Case({"incidents": [first[1], second[1]]}, Sealed((first[0], second[0])))


def _open(
    draw: Random, families: Sequence[str], topologies: Sequence[str]
) -> tuple[Incident, Record]:
    """Stage an incident whose telemetry tells it, and whose nearest event is innocent."""
    while True:
        seed = draw.getrandbits(48)
        plan = _plan(seed, families, topologies)
        nearest = min(plan.events, key=lambda e: abs(e.minute - plan.onset))
        far = abs(nearest.minute - plan.onset) > NEAR
        if nearest.causal or far or not _clean(plan):
            continue
        staged = stage(seed, families=families, topologies=topologies, only=(COST, *_WATCHED))
        if max(bad_shares(staged.course[: plan.onset])) > ALLOWED:
            continue
        pack = _pack(staged)
        view = pack | {"onset": plan.onset}
        shifts = shifts_of(view)
        if _tells(plan, view, shifts) and _one_end(view, shifts):
            return staged, pack


def _one_end(view: Record, shifts: Mapping[str, float | None]) -> bool:
    """Say whether all roots, doubtful ones too, call for the same action."""
    roots = _verdict(view, shifts, min(FACTORS))["roots"]
    return len({name in _PINNED for name in roots}) == 1


def _clean(plan: Plan) -> bool:
    """Say whether telemetry is whole, and no later event stands on the part of the causal one."""
    parts = [e.part for e in plan.events if e.causal]
    twice = any(not e.causal and e.part in parts for e in plan.events)
    hidden = any(gap.part in (*plan.service.parts, "tenants") for gap in plan.gaps)
    return not twice and not hidden and not plan.muted


def _drill(incident: Incident, number: int, family: str) -> Desk:
    """Draw another service of the topology, with an incident of this family."""
    for turn in count():
        key = (f"judge/drill {number}/{turn}", incident.truth.parameters.seed)
        plan = draw_plan(key, (family,), (incident.truth.topology,))
        desk = Desk(plan, []) if _clean(plan) else None
        if desk and _plain_to_see(desk) and _drains(desk):
            return desk
    raise AssertionError("unreachable")


def _plain_to_see(desk: Desk) -> bool:
    """Say whether a page at twice the share that is allowed would come, and none before."""
    onset, bad = desk.plan.onset, desk.untouched
    return max(bad[:onset]) < ALLOWED and min(bad[onset + SETTLED : onset + PLAINLY]) > PLAIN


def _drains(desk: Desk) -> bool:
    """Say whether nothing else hides the cure from the earliest check that is allowed."""
    fix, now = _repair(desk.plan), desk.plan.onset + PAGED + CONFIRM
    begun = [Action(fix["kind"], fix["target"], now)]
    if fix["kind"] == "failover_model":
        # At once, as an entry begins it; without the minutes that its prompt takes it drains later.
        begun.insert(0, Action("fallback_prompt", start=now))
    steps = schedule(desk.plan, begun, now)
    shares = rolling(bad_shares(run(desk.plan, steps, desk.base)))
    seen = max(step.done for step in steps) + WINDOW
    return max(shares[seen : seen + DRAINS]) <= DRAINED


def _cure(plan: Plan, now: int) -> list[Action]:
    """Return what ends the fault, begun now."""
    fix = _repair(plan)
    made = [Action(fix["kind"], fix["target"], now)]
    if fix["kind"] == "failover_model" and not plan.service.contract:
        made = [Action("fallback_prompt", start=now), Action("failover_model", start=now + 1)]
    return made


def _repair(plan: Plan) -> Record:
    name = plan.family.name
    return _suspect("pin_model") if name in ("silent_update", "refusals_up") else _fix(plan)


def _pack(incident: Incident) -> Record:
    """Return what a shift finds, every time in minutes since the view began."""
    public = incident.public
    plain = public.plain()

    def at(source: str, row: Record, field: str = "at") -> int | None:
        return minute_of(public, source, row[field]) if row[field] else None

    signals, follows = legend(p.name for p in public.parts)
    return {
        "service": plain["service"],
        "minutes": plain["minutes"],
        "objective": plain["objective"],
        "parts": plain["parts"],
        "tenants": plain["tenants"],
        "signals": signals,
        "follows": follows,
        "events": [
            {k: v for k, v in e.items() if k != "at"} | {"minute": at("events", e)}
            for e in plain["events"]
        ],
        "alerts": [
            {"id": a["id"], "fired": at("alerts", a), "delivered": at("alerts", a, "delivered"),
             "text": a["text"]}
            for a in plain["alerts"]
        ],
        "complaints": [
            {"id": c["id"], "minute": at("complaints", c), "tenant": c["tenant"], "text": c["text"]}
            for c in plain["complaints"]
        ],
        "series": {
            s["name"]: s["values"]
            for s in plain["series"]
            if s["name"] != COST
        },
    }  # fmt: skip


# Task 5: the handover


def _handed(learner: Learner, case: Case) -> list[Record]:
    fields = {"cause": str, "roots": list, "onset": int, "not_because": str, "do": list}
    got = learner.call("handover", case.public)
    require(isinstance(got, list) and len(got) == 2, "Return a list of two records.", got)
    for row, view in zip(got, case.public["incidents"], strict=True):
        record(row, fields, "a record")
        require(row["cause"] in CLASSES, f"A cause is one of {', '.join(CLASSES)}.", row["cause"])
        inside = BEFORE <= row["onset"] < view["minutes"] - SETTLED - FEWEST
        require(inside, "An onset leaves no telemetry on one of its sides.", row["onset"])
        told = "Bad requests were hardly more after this minute than before it."
        require(_parts(view, row["onset"]), told, row["onset"])
        require(row["roots"] != [], "Name at least one root.")
        _known(row["roots"], view)
        _orders(row["do"])
    return list(got)


def _known(names: Sequence[Any], view: Record) -> None:
    for name in names:
        # A list of names, since what is no text may have no hash.
        require(name in list(view["signals"]), f"Your service has no signal {name}.", name)


def _shares(view: Record) -> list[float]:
    """Return the share of bad requests of each minute of a pack."""
    names = [tenant["name"] for tenant in view["tenants"]]
    asked, bad = (
        [sum(minute) for minute in zip(*(view["series"][f"tenant.{n}.{what}"] for n in names),
                                       strict=True)]
        for what in ("requests", "bad")
    )  # fmt: skip
    return [b / a for a, b in zip(asked, bad, strict=True)]


def _parts(view: Record, onset: int) -> bool:
    """Say whether good minutes lie before, and bad ones after; a few minutes off will do."""
    shares = _shares(view)
    before, after = shares[onset - FEWEST : onset], shares[onset : onset + FEWEST]
    return fmean(after) - fmean(before) > PARTED * fmean(shares[-LATELY:])


def _orders(rows: Any) -> None:
    require(isinstance(rows, list) and bool(rows), "Name at least one action.", rows)
    for row in rows:
        record(row, {"kind": str, "target": str}, "an action")
        known = row["kind"] in KINDS and not row["kind"].startswith("add_")
        require(known, f"Nobody can begin {row['kind']!r} now.", row["kind"])


@case_task(shift, sealed=("the causes", "the onsets", "what is innocent", "what is begun helps"))
def handover(learner: Learner, case: Case) -> Score:
    """Want what the next shift needs of both incidents: cause, evidence, onset, action."""
    ladder, public = Ladder(learner), case.public
    start = "an onset parts good from bad"
    with ladder.step(start, 0.5):
        rows = _handed(learner, case)
    with ladder.step("the roots moved, and follow from nothing", 1.5, after=start):
        for row, view in zip(rows, public["incidents"], strict=True):
            want = verdict_of(view | {"onset": row["onset"]})
            for name in row["roots"]:
                told = f"From minute {row['onset']}, {name} did not move, or follows from another."
                require(name in want["roots"], told, got=name, want=want["roots"])
            equal(row["cause"], want["cause"], what="the cause that the roots name")
    with ladder.step("a suspect is cleared", 0.5, after=start):
        for row, view in zip(rows, public["incidents"], strict=True):
            near = {e["id"] for e in view["events"] if abs(e["minute"] - row["onset"]) <= 15}
            told = "No event of this name lies within 15 minutes of the onset."
            require(row["not_because"] in near, told, got=row["not_because"], want=sorted(near))
    with ladder.step("the causes", 1.5, after=start):
        for row, one in zip(rows, case.truth.both, strict=True):
            equal(row["cause"], one.truth.cause, what="the cause")
    with ladder.step("the onsets", 1.5, after=start):
        for row, one in zip(rows, case.truth.both, strict=True):
            onset = one.truth.onset
            within(row["onset"], onset - ROUGH, onset + ROUGH, what="the minute of the onset")
    with ladder.step("what is innocent", 0.5, after="the onsets"):
        for row, one in zip(rows, case.truth.both, strict=True):
            innocent = {d.id for d in one.truth.decoys if d.kind == "event"}
            require(row["not_because"] in innocent, "What is cleared was to blame.")
    with ladder.step("what is begun helps", 2, after=start):
        sealed = case.truth
        for row, one, nothing, best in zip(
            rows, sealed.both, sealed.nothing, sealed.best, strict=True
        ):
            done = _replayed(one, row["do"])
            prices = _prices(done, row["do"])
            require(not prices, "An action has a price.", "; ".join(prices))
            left = (done.lost - best.lost) / (nothing.lost - best.lost)
            within(left, -inf, EASED, what="the share of what could be saved that is lost")
            vain = in_vain(row["do"], nothing.lost, lambda do, one=one: _replayed(one, do).lost)
            require(not vain, "Without it no more would be lost.", "; ".join(vain))
    return ladder.score()


def _replayed(one: Incident, orders: Sequence[Record]) -> Outcome:
    now = one.public.minutes
    return replay(one, [Action(a["kind"], a["target"], now) for a in orders])


def in_vain(
    orders: Sequence[Record], nothing: float, lost: Callable[[Sequence[Record]], float]
) -> list[str]:
    """List the actions without which (nearly) no more would be lost."""
    if len(orders) < 2:
        return []
    together = lost(orders)
    least = VAIN * (nothing - together)
    rests = (list(orders[:place]) + list(orders[place + 1 :]) for place in range(len(orders)))
    return [
        f"{row['kind']} {row['target']}".strip()
        for row, rest in zip(orders, rests, strict=True)
        if lost(rest) - together < least
    ]


def _prices(done: Outcome, orders: Sequence[Record]) -> list[str]:
    """List side effects; a fallback whose prompt was begun with it is paid for in the minutes."""
    served = any(a["kind"] == "fallback_prompt" for a in orders)
    return [note for note in done.side_effects if not (served and "do not parse" in note)]


# Task 6: the runbook


_UNDONE = (*_STANDING, "pin_model", "pin_prompt")
_RULE = re.compile(r"bad_share > (0\.\d+) for (\d{1,2})")


@dataclass(frozen=True)
class Drilled:
    """What executing an entry in a drill came to, where it was confirmed."""

    begun: int  # the minute in which its actions were
    took: float  # minutes from the page until the service was restored; infinite if it never was
    shares: list[float]  # of bad requests, minute by minute
    vain: list[str]  # actions without which no more would be lost


def _entry(learner: Learner, case: Case) -> Record:
    fields = {
        "page": str, "paged_at": int, "confirm": dict, "do": list, "check_after": int,
        "check_bad": float, "stop": list, "escalate_to": str,
    }  # fmt: skip
    got = record(learner.call("runbook", case.public), fields, "the entry")
    require(_RULE.fullmatch(got["page"]) is not None, "The page is no rule such as "
            "`bad_share > 0.15 for 3`.", got["page"])  # fmt: skip
    confirm = record(got["confirm"], {"moved": list, "still": list}, "the confirmation")
    require(confirm["moved"] != [], "Nothing confirms the kind of incident.")
    _known([*confirm["moved"], *confirm["still"]], case.public["incidents"][0])
    _orders(got["do"])
    for row in got["do"]:
        own = not row["target"].startswith(("ev-", "al-"))
        require(own, "An id of yesterday's incident is of no use in the next.", row["target"])
    require(got["stop"] != [], "The entry does not say what to do when the check fails.")
    _orders(got["stop"])
    names = got["escalate_to"] in (*PATH, "privacy")
    require(names, f"Escalate to one of {', '.join(PATH)}.", got["escalate_to"])
    return got


def _paged(bad: Sequence[float], rule: str) -> int:
    """Return the minute in which a rule pages; the first one after the record if it never does."""
    found = _RULE.fullmatch(rule)
    assert found is not None
    bound, length, row = float(found[1]), int(found[2]), 0
    for minute, share in enumerate(bad):
        row = row + 1 if share > bound else 0
        if row == length:
            return minute
    return len(bad)


def _confirmed(desk: Desk, entry: Record, paged: int) -> bool:
    """Say whether the telemetry of the first minutes after a page is as the entry wants."""
    signals, _ = legend(desk.plan.service.parts)
    read = {name.split()[0] for name in (*entry["confirm"]["moved"], *entry["confirm"]["still"])}
    series = measure(desk.plan, desk.base, paged + CONFIRM, sorted(read))
    view = {"signals": signals, "series": {s.name: list(s.values) for s in series}}
    return _holds(view, entry, paged)


def _holds(view: Record, entry: Record, paged: int) -> bool:
    """Read the confirmation ten minutes after a page, against the 40 before it."""
    series = {name: values[: paged + CONFIRM] for name, values in view["series"].items()}
    then = {"signals": view["signals"], "series": series, "onset": paged - SETTLED}
    shown, still = (
        [shift_of(then, name) for name in entry["confirm"][which]] for which in ("moved", "still")
    )
    return all(m is not None and m >= 1 for m in shown) and all(
        s is not None and s < 1 for s in still
    )


def _dry_run(entry: Record, view: Record) -> None:
    """Want the entry to page and to confirm in the incident that it was learned from."""
    paged = _paged(_shares(view), entry["page"])
    soon = BEFORE + SETTLED <= paged <= view["minutes"] - CONFIRM
    require(soon, "In your own incident this page comes far too early, too late or never.", paged)
    equal(entry["paged_at"], paged, what="the minute of this page in your own incident")
    told = "Ten minutes after this page, your own incident would not have been confirmed."
    require(_holds(view, entry, paged), told, entry["confirm"])


def drill(desk: Desk, entry: Record) -> Drilled | None:
    """Execute an entry as it is written, once; None where it does not come to act."""
    paged = _paged(desk.untouched, entry["page"])
    if paged + AHEAD > len(desk.untouched) or not _confirmed(desk, entry, paged):
        return None
    begun = paged + CONFIRM
    shares = desk.tried(entry["do"], begun)
    restored = restored_at(shares, desk.plan.onset)
    # A service that has not been drawn yet may need the prompt beside its fallback, or not.
    owed = [row for row in entry["do"] if row["kind"] != "fallback_prompt"]
    free = [row for row in entry["do"] if row["kind"] == "fallback_prompt"]
    vain = in_vain(
        owed, desk.harm(desk.untouched), lambda do: desk.harm(desk.tried([*free, *do], begun))
    )
    return Drilled(begun, inf if restored is None else restored - paged, shares, vain)


@case_task(shift, sealed=("no false page", "the right kind alone", "back within the RTO",
                          "a check that tells"))  # fmt: skip
def runbook(learner: Learner, case: Case) -> Score:
    """Want an entry that another engineer, or this judge, can execute elsewhere."""
    ladder, start = Ladder(learner), "a dry run on your own incident"
    runs: list[Drilled | None] = []

    def drilled() -> list[Drilled]:
        if not runs:
            runs.extend(drill(desk, entry) for desk in case.truth.drills)
        done = [one for one in runs if one is not None]
        require(len(done) == len(runs), "The entry does not confirm an incident of its own kind.")
        return done

    with ladder.step(start, 1):
        entry = _entry(learner, case)
        _dry_run(entry, case.public["incidents"][0])
    with ladder.step("the stop takes back what stands", 0.5, after=start):
        stands = {r["kind"] for r in entry["do"] if r["kind"] in _UNDONE}
        taken = {r["target"] for r in entry["stop"] if r["kind"] == "undo"}
        told = "When the check fails, undo what stands, and nothing else."
        require(taken == stands, told, got=sorted(taken), want=sorted(stands))
    waits = "the check waits for the action"
    with ladder.step(waits, 0.5, after=start):
        slowest = max(KINDS[r["kind"]].minutes for r in entry["do"])
        low, high = slowest + WINDOW, RTO - CONFIRM
        within(entry["check_after"], low, high, what="the minutes until the check")
        # Far below what is bad while nothing helps: a check that always passes ends here.
        within(entry["check_bad"], 0.0, ALLOWED, what="the bound of the check")
    with ladder.step("no false page", 0.5, after=start):
        for desk in (*case.truth.drills, case.truth.other):
            minute = _paged(desk.untouched, entry["page"])
            require(minute < len(desk.untouched), "A drill never paged anybody.")
            require(minute >= desk.plan.onset, "A page before anything was wrong.", got=minute)
    with ladder.step("the right kind alone", 1.5, after=start):
        told = "The entry acts on an incident of another cause."
        require(drill(case.truth.other, entry) is None, told)
        drilled()
    with ladder.step("back within the RTO", 1, after=start):
        for done in drilled():
            within(done.took, -inf, RTO, what="the minutes from page to restoration")
            require(not done.vain, "Without it no more would be lost.", got="; ".join(done.vain))
    with ladder.step("a check that tells", 1, after=waits):
        for done in drilled():
            share = rolling(done.shares)[done.begun + entry["check_after"]]
            told = "The check calls a drill failed that went well."
            require(share <= entry["check_bad"], told, got=share)
    return ladder.score()
