"""The course that an incident takes, given what is done about it and when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.errors import ContentError
from autograder.scenarios.incidents.action import Action
from autograder.scenarios.incidents.changes import FOREVER, Change, Timeline
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.responses import KINDS, cures
from autograder.scenarios.incidents.service import HORIZON
from autograder.scenarios.incidents.simulation import Moment, simulate

__all__ = ["Step", "event_ids", "run", "schedule"]


@dataclass(frozen=True)
class Step:
    """An action with its minutes: begun, in effect, and taken back."""

    kind: str
    target: str
    start: int
    done: int
    end: int
    cure: bool


def event_ids(plan: Plan) -> list[str]:
    """Return the ids of the planned events, in order."""
    return [f"ev-{i:02d}" for i in range(1, len(plan.events) + 1)]


def schedule(plan: Plan, actions: Sequence[Action], detected: int) -> list[Step]:
    """Give each action its minutes, in the order in which they begin."""
    begun = sorted(
        ((_begin(action, detected), action) for action in actions if KINDS[_known(action)].minutes),
        key=lambda pair: pair[0],
    )
    free = 0
    steps: list[Step] = []
    for start, action in begun:
        kind = KINDS[action.kind]
        start = max(start, free) if kind.queue else start
        done = start + kind.minutes
        free = done if kind.queue else free
        target = _resolved(plan, action, start)
        cause = next((i for i, e in zip(event_ids(plan), plan.events, strict=True) if e.causal), "")
        cure = cures(plan, action.kind, target, cause)
        if action.kind == "undo":
            steps = [replace(s, end=done) if s.kind == target else s for s in steps]
        steps.append(Step(action.kind, target, start, done, FOREVER, cure))
    return steps


def _known(action: Action) -> str:
    if action.kind not in KINDS:
        raise ContentError(f"No action is called {action.kind!r}. Choose from {sorted(KINDS)}.")
    return action.kind


def _begin(action: Action, detected: int) -> int:
    if action.start is not None:
        return max(0, action.start)
    return detected + max(0, action.after or 0)


def _resolved(plan: Plan, action: Action, start: int) -> str:
    """Read a part as the target of a rollback as its newest event."""
    if action.kind != "rollback" or action.target.startswith("ev-"):
        return action.target
    found = [
        name
        for name, event in zip(event_ids(plan), plan.events, strict=True)
        if event.part == action.target and event.minute <= start
    ]
    return found[-1] if found else action.target


def run(
    plan: Plan,
    steps: Sequence[Step],
    past: Sequence[Moment] = (),
    prevented: bool = False,
    until: int = HORIZON,
) -> list[Moment]:
    """Simulate the incident with these steps; `past` is its course without any."""
    changes = plan.benign() + ([] if prevented else _fault(plan, steps))
    for step in steps:
        made = KINDS[step.kind].effect(plan, step.target, step.start, step.done)
        changes += [replace(c, end=min(c.end, _ended(step, c, steps))) for c in made]
    timeline = Timeline(plan.service.load, plan.service.answer, changes)
    moved = next(
        (
            (plan.service.regions.index(s.target), s.done)
            for s in steps
            if s.kind == "failover_region"
            and len(plan.service.regions) == 2
            and s.target in plan.service.regions
        ),
        None,
    )
    kept = [] if prevented else past[: min((s.start for s in steps), default=len(past))]
    return simulate(plan.service, timeline, plan.exposure, plan.onset, moved, kept, until)


def _ended(step: Step, change: Change, steps: Sequence[Step]) -> int:
    """Return when an effect ends: with its step, or when the fallback gets its own prompt."""
    if step.kind != "failover_model" or "valid" not in change.to:
        return step.end
    return min([step.end, *(s.done for s in steps if s.kind == "fallback_prompt")])


def _fault(plan: Plan, steps: Sequence[Step]) -> list[Change]:
    """Return the fault's changes; a restart only lets a leak begin anew."""
    changes, start = [], plan.onset
    for step in steps:
        if not step.cure:
            continue
        changes += plan.fault(start, max(step.done, start))
        if plan.family.name == "memory_leak":
            start = max(step.done, start)
        elif step.end < FOREVER:
            start = step.end
        else:
            return changes
    return [*changes, *plan.fault(start)]
