"""Every call that reached the provider: what was sent, what it cost, and what was true."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from autograder.provider.completion import Completion, Usage

__all__ = ["Call"]


@dataclass(frozen=True)
class Call:
    """One HTTP request and what became of it; times are seconds on the provider's clock.

    `status` is the HTTP status that left, 0 where the socket was dropped
    first; `delivered` tells whether the reply left in full. `fault` names the
    injected fault or is "". `version` is the version of the model that
    answered. `completions` carries the hidden truth and never crosses the wire.
    """

    number: int
    request_id: str
    path: str
    received: float
    finished: float
    status: int
    model: str = ""
    version: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    reply: Any = None
    completions: tuple[Completion, ...] = ()
    usage: Usage | None = None
    price: Decimal | None = None
    first_token: float | None = None
    streamed: bool = False
    delivered: bool = True
    fault: str = ""
