"""What may be seen of a service's traffic and of its bill.

Times are UTC, ISO 8601. Prices are the rows of `practice_models/prices`: dollars
per million tokens as decimal strings, in force from 00:00 UTC of `start_date`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any

__all__ = [
    "Call", "Feature", "Public", "Request", "Series", "Tenant", "Trial", "Update", "plain",
]  # fmt: skip


def plain(value: Any) -> Any:
    """Return records as dicts, lists, strings and numbers."""
    if is_dataclass(value):
        return {name: plain(field) for name, field in vars(value).items()}
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return dict(value) if isinstance(value, Mapping) else value


@dataclass(frozen=True)
class Feature:
    """One thing the service does.

    An answer depends on who asks as far as `scope` says: on the tenant, or on
    the user too. `wait_hours` is how long an answer may take; 0 where somebody
    waits for it. `prefix_tokens` stand first in every prompt and are the same
    for all requests of one version; `cached` says whether the provider is asked
    to keep them.
    """

    name: str
    model: str
    scope: str
    wait_hours: int
    prefix_tokens: int
    cached: bool


@dataclass(frozen=True)
class Tenant:
    """One customer, and the dollars it may spend a day."""

    name: str
    cap_usd: float


@dataclass(frozen=True)
class Series:
    """The requests of one tenant to one feature, a count a day from `Public.start`."""

    feature: str
    tenant: str
    requests: tuple[int, ...]


@dataclass(frozen=True)
class Request:
    """One request of the logged day, as the gateway received it.

    `kind` is the sort of work. `vector` is the question's embedding, of length 1.
    `reads` are the documents its answer rests on. `run` is the agent run it belongs
    to, or "". `tokens` counts what follows the prefix: documents and question.
    """

    id: str
    at: str
    tenant: str
    user: str
    feature: str
    kind: str
    model: str
    version: str
    text: str
    vector: tuple[float, ...]
    reads: tuple[str, ...]
    run: str
    tokens: int
    output: int
    max_output: int


@dataclass(frozen=True)
class Update:
    """A document that changed."""

    at: str
    document: str


@dataclass(frozen=True)
class Call:
    """One line of the gateway's meter: an attempt, delivered at least once.

    Token counts are disjoint, and None where the provider metered nothing. Only
    the first attempt of a request carries feature and tenant.
    """

    call_id: str
    request_id: str
    attempt: int
    at: str
    feature: str | None
    tenant: str | None
    model: str
    mode: str
    status: str
    input: int | None
    cache_read: int | None
    cache_write: int | None
    output: int | None


@dataclass(frozen=True)
class Trial:
    """A paired trial of one kind of work: the current model and `model` on the same requests.

    Counts of requests: all, both right, only the current one right, only `model` right.
    """

    feature: str
    kind: str
    model: str
    n: int
    both: int
    only_current: int
    only_other: int


@dataclass(frozen=True)
class Public:
    """Everything that may be seen. Holds no label of what is true and no seed."""

    service: str
    start: str
    days: int
    features: tuple[Feature, ...]
    tenants: tuple[Tenant, ...]
    prices: tuple[Mapping[str, Any], ...]
    series: tuple[Series, ...]
    requests: tuple[Request, ...]
    updates: tuple[Update, ...]
    calls: tuple[Call, ...]
    trials: tuple[Trial, ...]
    invoice_cents: int

    def plain(self) -> dict[str, Any]:
        """Return it as dicts, lists, strings and numbers."""
        made: dict[str, Any] = plain(self)
        return made
