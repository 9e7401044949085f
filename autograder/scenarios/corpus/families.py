"""Which families a document of each kind draws from."""

from __future__ import annotations

from autograder.scenarios.corpus.duty_prose import APPROVALS, DUE, ESCALATION, OWNERS
from autograder.scenarios.corpus.network_prose import PORTS, STANDARD
from autograder.scenarios.corpus.record_prose import (
    CONDITIONS,
    HISTORY,
    ROLES,
    SCORES,
    TIMES,
    VERSIONS,
)
from autograder.scenarios.corpus.storage_prose import LIMITS, RECOVERY, RETENTION, ROTATION

__all__ = ["ADVISORY", "FAMILIES", "RUNBOOK", "STANDARD", "TICKET"]

RUNBOOK = (
    RETENTION,
    ROTATION,
    PORTS,
    ESCALATION,
    OWNERS,
    APPROVALS,
    LIMITS,
    RECOVERY,
    DUE,
)
ADVISORY = (SCORES, CONDITIONS, HISTORY, VERSIONS)
TICKET = (TIMES, ROLES)
# One document of a world states some of the standard services.
FAMILIES = (*RUNBOOK, STANDARD, *ADVISORY, *TICKET)
