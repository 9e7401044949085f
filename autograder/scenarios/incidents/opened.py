"""Incidents for the open cells of a lesson: none of them is ever a judge's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograder.scenarios.incidents.action import read_actions
from autograder.scenarios.incidents.records import Public
from autograder.scenarios.incidents.replaying import Session, replay
from autograder.scenarios.incidents.sealed import Incident, Outcome
from autograder.scenarios.incidents.world import stage

__all__ = ["known_incident", "open_incident", "open_session", "try_actions"]


def open_incident(seed: int, **parameters: Any) -> Public:
    """Stage an incident to work on, without its truth; parameters as for `stage`."""
    return known_incident(seed, **parameters).public


def known_incident(seed: int, **parameters: Any) -> Incident:
    """Stage the same incident with its truth, as one whose postmortem is written."""
    return stage(seed, **{**parameters, "realm": "open"})


def open_session(seed: int, **parameters: Any) -> Session:
    """Begin a session on the same incident, at its detection."""
    return Session(known_incident(seed, **parameters))


def try_actions(
    seed: int, actions: Sequence[Mapping[str, object]] = (), **parameters: Any
) -> Outcome:
    """Replay the same incident with actions such as {"kind": "pin_prompt", "after": 10}."""
    return replay(known_incident(seed, **parameters), read_actions(actions))
