"""The reference response: what ends a fault, in the order of a careful responder."""

from __future__ import annotations

from autograder.scenarios.incidents.action import Action
from autograder.scenarios.incidents.course import event_ids
from autograder.scenarios.incidents.plan import Plan
from autograder.scenarios.incidents.responses import KINDS
from autograder.scenarios.incidents.service import HORIZON

__all__ = ["cure"]

_LEAK = 30  # minutes after which a leaking part must be restarted again


def cure(plan: Plan, start: int) -> tuple[Action, ...]:
    """Return the actions that end the fault, begun in a minute."""
    family = plan.family
    kind = family.cures[0]
    target = {
        "rollback": next(
            (i for i, e in zip(event_ids(plan), plan.events, strict=True) if e.causal), ""
        ),
        "restart": family.part,
        "scale_out": family.part,
    }.get(kind, "")
    if family.name == "memory_leak":
        return tuple(Action(kind, target, at) for at in range(start, HORIZON - 20, _LEAK))
    if "foreign" in family.to:  # stop the line first
        off, back = "feature_off", KINDS[kind].minutes - 1
        undo = Action("undo", off, start + back)
        return Action(off, "", start), Action(kind, target, start), undo
    if kind == "failover_model" and not plan.service.contract:
        return Action("fallback_prompt", start=start), Action(kind, target, start + 1)
    return (Action(kind, target, start),)
