"""Registries and pools for the open cells of a lesson: none of them is ever a judge's."""

from __future__ import annotations

from typing import Any

from autograder.scenarios.candidates.pool import pool
from autograder.scenarios.candidates.records import Public
from autograder.scenarios.candidates.sealed import Pooled, World
from autograder.scenarios.candidates.world import stage

__all__ = ["known_candidates", "known_pool", "open_candidates"]


def open_candidates(seed: int, **parameters: Any) -> Public:
    """Stage a registry to work on, without its truth; parameters as for `stage`."""
    return known_candidates(seed, **parameters).public


def known_candidates(seed: int, **parameters: Any) -> World:
    """Stage the same registry with its truth, as if years of traffic had settled it."""
    return stage(seed, **{**parameters, "realm": "open"})


def known_pool(seed: int, **parameters: Any) -> Pooled:
    """Draw a pool with its truth, to try a gate on; parameters as for `pool`."""
    return pool(seed, **{**parameters, "realm": "open"})
