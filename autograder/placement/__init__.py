"""Recommend where to start, from at most twenty short tasks in code that adapt to the answers."""

from __future__ import annotations

from autograder.placement.session import Placement, placement, recommended

__all__ = ["Placement", "placement", "recommended"]
