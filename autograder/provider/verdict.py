"""What a client did wrong, read from the ledger after its run.

Each finding names the calls that prove it. All times are the provider's: what a
client says about itself counts for nothing, except `accepted`, which a judge
compares with what really left. A client that does right is not accused: where
the ledger does not tell, there is no finding. A client that changes the body of
each attempt hides that they are attempts of one request.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from autograder.provider.faults.plan import FaultPlan
from autograder.provider.ledger import Call, Ledger
from autograder.provider.sins import load, repeating, waiting
from autograder.provider.sins.run import Finding, Limits, Run

__all__ = ["SINS", "Finding", "Limits", "Verdict", "verdict"]

SINS: Final[Mapping[str, Callable[[Run], Iterator[Finding]]]] = MappingProxyType(
    {
        "ignored-retry-after": waiting.ignored_retry_after,
        "no-backoff": waiting.no_backoff,
        "retry-storm": waiting.retry_storm,
        "no-jitter": waiting.no_jitter,
        "no-timeout": waiting.no_timeout,
        "gave-up": waiting.gave_up,
        "retried-refusal": repeating.retried_refusal,
        "retried-without-quota": repeating.retried_without_quota,
        "accepted-truncated": repeating.accepted_truncated,
        "repeated-effect": repeating.repeated_effect,
        "too-many-at-once": load.too_many_at_once,
        "hammered": load.hammered,
        "no-failover": load.no_failover,
    }
)


@dataclass(frozen=True)
class Verdict:
    """All findings; `unread` calls were no longer in the ledger."""

    findings: tuple[Finding, ...]
    unread: int = 0

    @property
    def sins(self) -> frozenset[str]:
        """Return the names of what was found."""
        return frozenset(finding.sin for finding in self.findings)

    def __str__(self) -> str:
        """Return one line a finding."""
        lines = [f"{each.sin}: {each.sentence}" for each in self.findings] or ["nothing found"]
        if self.unread:
            lines.append(f"{self.unread} earlier calls are no longer in the ledger.")
        return "\n".join(lines)


def verdict(
    ledger: Ledger | Iterable[Call],
    *,
    limits: Limits | None = None,
    accepted: Collection[str] = (),
    effects: Callable[[Call], bool] | None = None,
    plan: FaultPlan | None = None,
) -> Verdict:
    """Judge the client behind a ledger.

    `accepted` are the request ids whose replies the client used as complete
    answers. `effects` tells which calls must not happen twice; without it,
    those with an Idempotency-Key, uploads and batches. With the `plan`, giving
    up counts only where one more attempt would have met no fault.
    """
    run = Run(
        tuple(sorted(ledger, key=lambda call: (call.received, call.number))),
        limits or Limits(),
        frozenset(accepted),
        effects or repeating.has_effect,
        plan,
    )
    found = (finding for seek in SINS.values() for finding in seek(run))
    unread = ledger.dropped if isinstance(ledger, Ledger) else 0
    return Verdict(tuple(found), unread)
