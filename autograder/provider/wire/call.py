"""The call that is being answered, as far as it is known; its end is a line in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import blake2b
from typing import Any

from starlette.types import Scope

from autograder.provider.completion import Completion, Usage
from autograder.provider.ledger import Call

__all__ = ["Draft", "draft_of"]


@dataclass(slots=True)
class Draft:
    """Collect what the ledger will say about one request; the names are those of `Call`.

    The recorder makes it before anything else runs and writes the `Call` after
    everything. A resource fills in what it learns, from `body` to `price`; a
    fault its name, and whether the request was `executed`. What is in
    `to_send` leaves with the reply's headers. A line of a `batch` waits for
    nothing and counts against no limit.
    """

    number: int
    request_id: str
    path: str
    received: float
    headers: Mapping[str, str]
    method: str = "POST"
    batch: bool = False
    to_send: list[tuple[str, str]] = field(default_factory=list)
    reply_headers: dict[str, str] = field(default_factory=dict)
    status: int = 0
    delivered: bool = False
    executed: bool = True
    size: int = 0
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
    _content: Any = None

    def take(self, chunk: bytes) -> None:
        """Add a part of the request's body to its digest and size."""
        if self._content is None:
            self._content = blake2b(f"{self.path}\0".encode(), digest_size=16)
        self._content.update(chunk)
        self.size += len(chunk)

    @property
    def digest(self) -> str:
        """Return the hash of the path and of what has come of the body."""
        self.take(b"")
        digest: str = self._content.hexdigest()
        return digest

    def call(self, finished: float) -> Call:
        """Return the ledger's record."""
        return Call(
            number=self.number,
            request_id=self.request_id,
            method=self.method,
            path=self.path,
            received=self.received,
            finished=finished,
            status=self.status,
            model=self.model,
            version=self.version,
            headers=self.headers,
            body=self.body,
            reply=self.reply,
            reply_headers=self.reply_headers,
            completions=self.completions,
            usage=self.usage,
            price=self.price,
            first_token=self.first_token,
            streamed=self.streamed,
            delivered=self.delivered,
            executed=self.executed,
            fault=self.fault,
            digest=self.digest,
            size=self.size,
        )


def draft_of(scope: Scope) -> Draft:
    """Return the call of a request: `draft_of(request.scope)`."""
    draft: Draft = scope["state"]["call"]
    return draft
