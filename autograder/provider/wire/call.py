"""The call that is being answered, as far as it is known; its end is a line in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from starlette.types import Scope

from autograder.provider.completion import Completion, Usage
from autograder.provider.ledger import Call

__all__ = ["Draft", "draft_of"]


@dataclass(slots=True)
class Draft:
    """Collect what the ledger will say about one request.

    The recorder makes it before anything else runs and writes the `Call` after
    everything; a resource fills in what it learns, from `body` to `price`, and
    a fault its name. `headers` leave with the reply, `rate limits` among them.
    """

    number: int
    request_id: str
    path: str
    received: float
    sent: Mapping[str, str]
    headers: list[tuple[str, str]] = field(default_factory=list)
    status: int = 0
    delivered: bool = False
    model: str = ""
    version: str = ""
    body: Any = None
    reply: Any = None
    completions: tuple[Completion, ...] = ()
    usage: Usage | None = None
    price: Decimal | None = None
    first_token: float | None = None
    streamed: bool = False
    fault: str = ""

    def call(self, finished: float) -> Call:
        """Return the ledger's record."""
        return Call(
            number=self.number,
            request_id=self.request_id,
            path=self.path,
            received=self.received,
            finished=finished,
            status=self.status,
            model=self.model,
            version=self.version,
            headers=self.sent,
            body=self.body,
            reply=self.reply,
            completions=self.completions,
            usage=self.usage,
            price=self.price,
            first_token=self.first_token,
            streamed=self.streamed,
            delivered=self.delivered,
            fault=self.fault,
        )


def draft_of(scope: Scope) -> Draft:
    """Return the call of a request: `draft_of(request.scope)`."""
    draft: Draft = scope["state"]["call"]
    return draft
