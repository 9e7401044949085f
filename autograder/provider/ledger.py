"""Every call that reached the provider: what was sent, what it cost, and what was true."""

from __future__ import annotations

import itertools
import json
import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, TextIO

from autograder.provider.completion import Completion, Usage

__all__ = ["Call", "Ledger", "PublicCall", "Totals"]

_NOBODY = "none"


@dataclass(frozen=True)
class Call:
    """One HTTP request and what became of it; times are seconds on the provider's clock.

    `status` is the HTTP status that left, 0 where the socket was dropped
    first; `delivered` tells whether the reply left in full. `fault` names the
    injected fault or is "". `version` is the version of the model that
    answered. `completions` carries the hidden truth and never crosses the wire.

    `digest` is a hash of path and body: equal for a request and its retry.
    `headers` are the request's, lower case, the key in `authorization` replaced
    by a hash; `reply_headers` are the reply's. `executed` tells whether the
    request was carried out, even where its reply was lost. `size` counts the
    bytes of both bodies.
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
    method: str = "POST"
    digest: str = ""
    reply_headers: Mapping[str, str] = field(default_factory=dict)
    executed: bool = True
    size: int = 0

    @property
    def latency(self) -> float:
        """Return the seconds from the request's arrival to the reply's end."""
        return self.finished - self.received

    def public(self) -> PublicCall:
        """Return what its client could know."""
        return PublicCall(**{name: getattr(self, name) for name in PublicCall.__match_args__})


@dataclass(frozen=True)
class PublicCall:
    """The part of a `Call` that its client could know: what it sent, got, and waited for.

    It names neither the fault that was injected nor the version that answered,
    and carries nothing of the truth. `price` is what the bill will say.
    """

    number: int
    request_id: str
    method: str
    path: str
    received: float
    finished: float
    status: int
    model: str
    headers: Mapping[str, str]
    body: Any
    reply_headers: Mapping[str, str]
    reply: Any
    usage: Usage | None
    price: Decimal | None
    first_token: float | None
    streamed: bool

    @property
    def latency(self) -> float:
        """Return the seconds from the request's arrival to the reply's end."""
        return self.finished - self.received


@dataclass(frozen=True)
class Totals:
    """Exact sums over every call since the provider began, kept or not.

    Keys are statuses, faults, and versions of models. `by_model` has the usage
    of each, `spend` its US dollars.
    """

    calls: int = 0
    statuses: Mapping[int, int] = field(default_factory=dict)
    faults: Mapping[str, int] = field(default_factory=dict)
    models: Mapping[str, int] = field(default_factory=dict)
    usage: Mapping[str, Usage] = field(default_factory=dict)
    spend: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def tokens(self) -> int:
        """Return all tokens of all models."""
        return sum(usage.total for usage in self.usage.values())

    @property
    def dollars(self) -> Decimal:
        """Return what all calls cost together."""
        return sum(self.spend.values(), Decimal(0))


class Ledger:
    """Calls in the order in which they ended; append-only, for any thread.

    The last `keep` calls stay in full, fewer where their bodies exceed
    `keep_bytes`; totals are exact for ever. Iteration runs over a snapshot.
    `sink` receives every call as a line of JSON, the hidden part included: it
    belongs to whoever owns the provider.
    """

    def __init__(
        self, keep: int = 10_000, *, keep_bytes: int = 64 * 2**20, sink: Path | None = None
    ) -> None:
        self._keep = keep
        self._keep_bytes = keep_bytes
        self._lock = threading.Lock()
        self._calls: deque[Call] = deque()
        self._bytes = 0
        self._numbers = itertools.count(1)
        self._sums = _Sums()
        self._watchers: tuple[Callable[[Call], None], ...] = ()
        self._sink: TextIO | None = sink.open("a", encoding="utf-8") if sink else None

    def number(self) -> int:
        """Return the number of the next request: 1, 2, 3, ... in order of arrival."""
        return next(self._numbers)

    def append(self, call: Call) -> None:
        """Write down a call that has ended, and tell those who watch."""
        with self._lock:
            self._calls.append(call)
            self._bytes += call.size
            self._sums.add(call)
            while len(self._calls) > self._keep or self._bytes > self._keep_bytes:
                self._bytes -= self._calls.popleft().size
            if self._sink:
                self._sink.write(_line(call) + "\n")
        for watcher in self._watchers:
            watcher(call)

    def watch(self, watcher: Callable[[Call], None]) -> None:
        """Call `watcher` with every further call, from the thread that serves: be brief."""
        with self._lock:
            self._watchers = (*self._watchers, watcher)

    def __iter__(self) -> Iterator[Call]:
        """Iterate over the calls that are kept, as they are now."""
        with self._lock:
            return iter(tuple(self._calls))

    def __len__(self) -> int:
        """Return how many calls are kept."""
        return len(self._calls)

    @property
    def dropped(self) -> int:
        """Return how many calls are no longer kept."""
        with self._lock:
            return self._sums.calls - len(self._calls)

    @property
    def totals(self) -> Totals:
        """Return the sums as they are now."""
        with self._lock:
            return self._sums.totals()

    def public(self) -> tuple[PublicCall, ...]:
        """Return what clients could know of the calls that are kept."""
        return tuple(call.public() for call in self)

    def close(self) -> None:
        """Close the sink; the calls stay readable."""
        with self._lock:
            if self._sink:
                self._sink.close()
                self._sink = None


@dataclass
class _Sums:
    """Counts that only grow by what the provider itself knows, never by a name a client made up."""

    calls: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    models: Counter[str] = field(default_factory=Counter)
    usage: dict[str, Usage] = field(default_factory=dict)
    spend: dict[str, Decimal] = field(default_factory=dict)

    def add(self, call: Call) -> None:
        self.calls += 1
        self.statuses[call.status] += 1
        if call.fault:
            self.faults[call.fault] += 1
        if call.version:
            self.models[call.version] += 1
        name = call.version or _NOBODY
        if call.usage is not None:
            self.usage[name] = _added(self.usage.get(name), call.usage)
        if call.price is not None:
            self.spend[name] = self.spend.get(name, Decimal(0)) + call.price

    def totals(self) -> Totals:
        views = (self.statuses, self.faults, self.models, self.usage, self.spend)
        return Totals(self.calls, *(MappingProxyType(dict(view)) for view in views))


def _added(sum_: Usage | None, more: Usage) -> Usage:
    if sum_ is None:
        return more
    names = Usage.__match_args__
    return Usage(*(getattr(sum_, name) + getattr(more, name) for name in names))


def _line(call: Call) -> str:
    """Return a call as JSON; a body nested deeper than Python can follow is left out."""
    try:
        return json.dumps(_plain(call))
    except RecursionError:
        return json.dumps(_plain(replace(call, body=None)))


def _plain(value: Any) -> Any:
    """Return JSON's form of a record; what JSON does not know becomes text."""
    if hasattr(value, "__dataclass_fields__"):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)
