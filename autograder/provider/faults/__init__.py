"""What goes wrong, when, and how it looks on the wire."""

from __future__ import annotations

from autograder.provider.faults.kinds import KINDS, Kind
from autograder.provider.faults.middleware import middleware
from autograder.provider.faults.plan import CALM, FaultPlan, Injection, PlanError

__all__ = ["CALM", "KINDS", "FaultPlan", "Injection", "Kind", "PlanError", "middleware"]
