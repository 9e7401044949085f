"""Traffic for the open cells of a lesson: none of it is ever a judge's."""

from __future__ import annotations

from typing import Any

from autograder.scenarios.traffic.records import Public
from autograder.scenarios.traffic.sealed import Traffic
from autograder.scenarios.traffic.world import stage

__all__ = ["known_traffic", "open_traffic"]


def open_traffic(seed: int, **parameters: Any) -> Public:
    """Stage traffic to work on, without its truth; parameters as for `stage`."""
    return known_traffic(seed, **parameters).public


def known_traffic(seed: int, **parameters: Any) -> Traffic:
    """Stage the same traffic with its truth, as if every answer had been checked."""
    return stage(seed, **{**parameters, "realm": "open"})
