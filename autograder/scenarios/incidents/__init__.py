"""Incidents of a small RAG service: what a responder sees, what was wrong, what would have helped.

A fault is put into one of the service's parts, so the truth is known by
construction. `incident.public` may be shown; `incident.truth` is for judges;
`replay` says what actions would have done.

    >>> from autograder.scenarios.incidents import Action, reference, replay, stage
    >>> incident = stage(7)
    >>> incident.truth.cause in CLASSES
    True
    >>> nothing = replay(incident)
    >>> best = replay(incident, reference(incident))
    >>> best.lost < nothing.lost, nothing.restored, best.restored is not None
    (True, None, True)
    >>> [other.truth.family == incident.truth.family for other in siblings(incident, 2)]
    [True, True]

The rules by which onset, detection, affected requests, money, error budget and
restoration are counted stand in `incident.public.rules`, and as functions in
`rules`. A lesson's open cells take `open_incident(seed)` (a `Public`) or
`known_incident(seed)` (an `Incident`) from `autograder.scenarios` instead: the
same parameters, and never an incident that a judge stages.
"""

from __future__ import annotations

from autograder.scenarios.incidents.action import Action, read_actions
from autograder.scenarios.incidents.blast import Blast
from autograder.scenarios.incidents.clock import minute_of
from autograder.scenarios.incidents.faults import CLASSES, FAMILIES, PART_CLASS, Family
from autograder.scenarios.incidents.records import Public
from autograder.scenarios.incidents.replaying import Session, reference, replay
from autograder.scenarios.incidents.responses import CHECKS, KINDS
from autograder.scenarios.incidents.rules import RULES, affected, blast, filled
from autograder.scenarios.incidents.sealed import Decoy, Incident, Outcome, Parameters, Truth
from autograder.scenarios.incidents.service import TOPOLOGIES
from autograder.scenarios.incidents.world import siblings, stage

__all__ = [
    "CHECKS",
    "CLASSES",
    "FAMILIES",
    "KINDS",
    "PART_CLASS",
    "RULES",
    "TOPOLOGIES",
    "Action",
    "Blast",
    "Decoy",
    "Family",
    "Incident",
    "Outcome",
    "Parameters",
    "Public",
    "Session",
    "Truth",
    "affected",
    "blast",
    "filled",
    "minute_of",
    "read_actions",
    "reference",
    "replay",
    "siblings",
    "stage",
]
