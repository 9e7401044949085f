"""One thing to do about an incident."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Action"]


@dataclass(frozen=True)
class Action:
    """One thing to do: in minute `start`, or `after` minutes from detection.

    Checks and alert rules need no time: they are in place before the incident.
    """

    kind: str
    target: str = ""
    start: int | None = None
    after: int | None = None
