"""What actions would have done: all at once, or one after another."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.errors import ContentError
from autograder.scenarios.incidents.action import Action
from autograder.scenarios.incidents.alarms import bad_shares
from autograder.scenarios.incidents.course import Step, run, schedule
from autograder.scenarios.incidents.outcome import disclosures, lost_minutes, restored_at, spent
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.records import Public
from autograder.scenarios.incidents.reference import cure
from autograder.scenarios.incidents.responses import CHECKS, KINDS
from autograder.scenarios.incidents.rules import MINUTES_DISCLOSED
from autograder.scenarios.incidents.sealed import Incident, Outcome
from autograder.scenarios.incidents.service import HORIZON
from autograder.scenarios.incidents.simulation import Flow, Moment
from autograder.scenarios.incidents.telemetry import failing, measure
from autograder.scenarios.incidents.view import render

__all__ = ["Session", "reference", "replay"]

_RULE = re.compile(r"([a-z0-9_.]+) ([<>]) ([0-9.]+) for (\d+)")
_TO_DIAGNOSE = 10  # minutes that the reference takes from detection to its first action


def replay(incident: Incident, actions: Sequence[Action] = ()) -> Outcome:
    """Return what would have come of the incident with these actions and no others."""
    plan = incident.plan
    prevented = any(a.kind == "add_check" and _check(a) == plan.family.check for a in actions)
    rules = [a.target for a in actions if a.kind == "add_alert"]
    fires = _fires(incident, rules, prevented)
    detected = plan.onset if prevented else incident.truth.detected
    detected = min([detected, *(f + 1 for f in fires if f >= plan.onset)])
    steps = schedule(plan, actions, detected)
    course = run(plan, steps, incident.course, prevented)
    bad = bad_shares(course)
    usual = sum(bad_shares(incident.course[: plan.onset])) / plan.onset
    disclosed = disclosures(course)
    return Outcome(
        good=tuple(1 - b for b in bad),
        failed=tuple(_failed(m) for m in course),
        p95_ms=tuple(int(max(f.p95 for f in m.flows if f)) for m in course),
        lost=lost_minutes(plan, bad, usual) + MINUTES_DISCLOSED * disclosed,
        disclosed=disclosed,
        onset=plan.onset,
        detected=detected,
        restored=restored_at(bad, plan.onset),
        false_pages=sum(f < plan.onset for f in fires),
        effort_minutes=sum(KINDS[a.kind].effort for a in actions),
        cost_usd=spent(course),
        side_effects=tuple(_noted(plan, steps)),
    )


def reference(incident: Incident) -> tuple[Action, ...]:
    """Return the response to measure others by: the cure, with a flush where that loses less."""
    plan = incident.plan
    plain = cure(plan, incident.truth.detected + _TO_DIAGNOSE)
    if not plan.service.has("cache") or plan.family.name == "cache_down":
        return plain
    done = max(s.done for s in schedule(plan, plain, incident.truth.detected))
    flushed = (*plain, Action("flush_cache", start=done - 1))
    with_, without = replay(incident, flushed), replay(incident, plain)
    if with_.restored is None or without.restored is None:
        return plain if with_.restored is None else flushed
    return flushed if with_.lost < without.lost else plain


def _check(action: Action) -> str:
    if action.target not in CHECKS:
        raise ContentError(f"No check is called {action.target!r}. Choose from {list(CHECKS)}.")
    return action.target


def _fires(incident: Incident, rules: Sequence[str], prevented: bool) -> list[int]:
    """Return the minutes in which alert rules fire while nothing is done."""
    if not rules:
        return []
    plan = incident.plan
    course = run(plan, (), prevented=True) if prevented else incident.course
    series: dict[str, tuple[float | None, ...]] = {"bad_share": tuple(bad_shares(course))}
    if any(not rule.startswith("bad_share ") for rule in rules):
        series |= {s.name: s.values for s in measure(plan, course, HORIZON)}
    return sorted(f for rule in rules for f in _fired(series, rule))


def _fired(series: dict[str, tuple[float | None, ...]], rule: str) -> list[int]:
    """Fire each time that a metric has been past its bound for so many minutes."""
    found = _RULE.fullmatch(rule)
    if found is None or found[1] not in series:
        raise ContentError(
            f"{rule!r} is no alert rule. Write a metric of the incident, > or <, a bound and "
            "minutes, e.g. 'model.p95_ms > 5000 for 3'."
        )
    above, bound, length = found[2] == ">", float(found[3]), max(1, int(found[4]))
    run_, fires = 0, []
    for minute, value in enumerate(series[found[1]]):
        past = value is not None and (value > bound if above else value < bound)
        run_ = run_ + 1 if past else 0
        if run_ == length:
            fires.append(minute)
    return fires


def _failed(moment: Moment) -> float:
    flows: list[tuple[int, Flow]] = [(i, f) for i, f in enumerate(moment.flows) if f is not None]
    total = sum(f.requests for _, f in flows)
    return sum(f.requests * failing(f, moment.settings.load[i]) for i, f in flows) / total


def _noted(plan: Plan, steps: Sequence[Step]) -> list[str]:
    notes = []
    for step in steps:
        name = f"{step.kind} {step.target}".strip()
        if step.kind == "failover_model" and not plan.service.has("fallback"):
            notes.append(f"{name}: there is no fallback model")
        elif step.kind == "failover_model" and not plan.service.contract:
            notes.append(f"{name}: answers do not parse until the fallback's prompt is served")
        elif step.kind == "failover_region" and step.target not in plan.service.regions[:2]:
            notes.append(f"{name}: there is no such region")
        elif step.kind in ("feature_off", "review_all", "shed_load"):
            notes.append(f"{name}: users are turned away")
        elif not step.cure and step.kind in ("rollback", "restart", "pin_prompt", "rebuild_index"):
            notes.append(f"{name}: did not reach the cause")
    return notes


class Session:
    """Act, observe, act: an open incident from its detection on, minute by minute.

    >>> from autograder.scenarios.incidents import Session, stage
    >>> session = Session(stage(7))
    >>> session.act("limit_retries")
    >>> seen = session.observe(10)
    >>> seen.minutes == session.now
    True
    """

    def __init__(self, incident: Incident) -> None:
        self.now = incident.truth.detected
        self._incident = incident
        self._actions: list[Action] = []

    def act(self, kind: str, target: str = "") -> None:
        """Begin an action now."""
        action = Action(kind, target, self.now)
        if kind in ("add_check", "add_alert"):
            raise ContentError(f"{kind} prevents or detects the next incident; act on this one.")
        schedule(self._incident.plan, [action], self.now)
        self._actions.append(action)

    def observe(self, minutes: int = 5) -> Public:
        """Let minutes pass, and return what can be seen then."""
        if minutes < 0:
            raise ContentError(f"observe({minutes}): time runs forward; wait 0 minutes or more.")
        self.now = min(self.now + minutes, HORIZON)
        incident = self._incident
        steps = schedule(incident.plan, self._actions, incident.truth.detected)
        course = run(incident.plan, steps, incident.course)
        return render(incident.plan, course, self.now, steps).public

    @property
    def over(self) -> bool:
        """Say whether the simulated time has run out."""
        return self.now >= HORIZON

    def outcome(self) -> Outcome:
        """Return what comes of the incident if nothing more is done."""
        return replay(self._incident, self._actions)
