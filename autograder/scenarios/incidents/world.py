"""Stage an incident from its seed."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from autograder.errors import ContentError
from autograder.scenarios.draws import Stream
from autograder.scenarios.incidents.action import Action
from autograder.scenarios.incidents.alarms import bad_shares, detection
from autograder.scenarios.incidents.course import event_ids, run, schedule
from autograder.scenarios.incidents.evidence import decoys, rules_out, supports
from autograder.scenarios.incidents.faults import FAMILIES
from autograder.scenarios.incidents.outcome import restored_at
from autograder.scenarios.incidents.plan import Plan, draw_plan
from autograder.scenarios.incidents.reference import cure
from autograder.scenarios.incidents.rules import COST, blast
from autograder.scenarios.incidents.sealed import Incident, Parameters, Truth
from autograder.scenarios.incidents.service import HORIZON, TOPOLOGIES
from autograder.scenarios.incidents.view import View, render

__all__ = ["siblings", "stage"]


def stage(
    seed: int,
    *,
    families: Sequence[str] = tuple(FAMILIES),
    topologies: Sequence[str] = TOPOLOGIES,
    handled: bool = False,
    realm: str = "judge",
    only: Sequence[str] = (),
) -> Incident:
    """Stage an incident of one of these families in a service of one of these topologies.

    The view of an open incident ends an hour or so after detection; that of a
    `handled` one shows what the team did, and that the service recovered.
    Incidents of different realms differ, whatever the seed. With `only`, the
    same incident befalls a service that reports just these metrics and the
    counts by tenant; staging it takes half of the time.
    """
    if only and COST not in only:
        raise ContentError(f"stage(only=...) leaves out {COST}, without which nothing is counted.")
    parameters = Parameters(seed, realm, tuple(families), tuple(topologies), handled)
    return _staged(parameters, tuple(only))


@lru_cache(maxsize=16)
def _staged(parameters: Parameters, only: tuple[str, ...]) -> Incident:
    """Stage it once: a judge meets the same incident with every answer to it."""
    families, topologies = parameters.families, parameters.topologies
    seed, realm, handled = parameters.seed, parameters.realm, parameters.handled
    plan = draw_plan((realm, seed), families, topologies)
    course = run(plan, ())
    bad = bad_shares(course)
    detected = detection(plan, bad)
    stream = Stream(plan.key, "view")
    until = min(detected + stream.integer(40, 60), HORIZON - 30)
    if not handled:
        view, restored = render(plan, course, until, (), only), None
    else:
        steps = schedule(plan, _taken(plan, stream, detected), detected)
        ended = run(plan, steps, course)
        view = render(plan, ended, HORIZON, steps, only)
        restored, until = restored_at(bad_shares(ended), plan.onset), HORIZON
    truth = _sealed(plan, view, parameters, detected, restored, until)
    return Incident(view.public, truth, plan, tuple(course))


def _taken(plan: Plan, stream: Stream, detected: int) -> list[Action]:
    """Return what the team did: the cure, in half of the incidents after a vain rollback."""
    innocent = [
        name
        for name, e in zip(event_ids(plan), plan.events, strict=True)
        if not e.causal and e.minute < detected
    ]
    taken = list(cure(plan, detected + stream.integer(15, 35)))
    if innocent and stream.chance(0.5):
        taken.append(Action("rollback", innocent[-1], detected + stream.integer(4, 6)))
    return taken


def _sealed(
    plan: Plan, view: View, parameters: Parameters, detected: int, restored: int | None, until: int
) -> Truth:
    # What comes after the restoration is health again, and no evidence.
    seen = restored or until
    ids = event_ids(plan)
    event = next((i for i, e in zip(ids, plan.events, strict=True) if e.causal), "")
    beside = decoys(plan, view, ids)
    return Truth(
        cause=plan.family.cause,
        family=plan.family.name,
        part=plan.family.part,
        scope=plan.scope,
        onset=plan.onset,
        sharp=not plan.family.ramp or bool(plan.family.at_once),
        detected=detected,
        restored=restored,
        event=event,
        blast=blast(view.public, plan.onset, seen),
        decoys=beside,
        supports=supports(plan, view, event, seen),
        rules_out=rules_out(plan, view, beside, seen),
        topology=plan.topology,
        parameters=parameters,
    )


def siblings(incident: Incident, count: int = 3) -> list[Incident]:
    """Stage other incidents of the same family: another service, other decoys, other numbers."""
    of = incident.truth.parameters
    return [
        stage(
            of.seed,
            families=(incident.truth.family,),
            topologies=of.topologies,
            handled=of.handled,
            realm=f"{of.realm}/sibling {number}",
        )
        for number in range(1, count + 1)
    ]
