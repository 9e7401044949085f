"""Incidents for the open cells of a lesson: none of them is ever a judge's."""

from __future__ import annotations

from typing import Any

from autograder.scenarios.incidents.records import Public
from autograder.scenarios.incidents.sealed import Incident
from autograder.scenarios.incidents.world import stage

__all__ = ["known_incident", "open_incident"]


def open_incident(seed: int, **parameters: Any) -> Public:
    """Stage an incident to work on, without its truth; parameters as for `stage`."""
    return known_incident(seed, **parameters).public


def known_incident(seed: int, **parameters: Any) -> Incident:
    """Stage the same incident with its truth, as one whose postmortem is written."""
    return stage(seed, **{**parameters, "realm": "open"})
