"""How far an incident reached."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Blast"]


@dataclass(frozen=True)
class Blast:
    """The affected tenants, their requests beyond the usual failures, and what that costs.

    Money is in dollars; `budget` is a share of the objective's error budget.
    """

    tenants: tuple[str, ...]
    requests: int
    credit_usd: float
    spend_usd: float
    budget: float
