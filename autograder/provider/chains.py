"""Calls put back together: which call is a retry of which, and what each one told its client."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from autograder.provider.faults.kinds import KINDS, RETRYABLE
from autograder.provider.ledger import Call

__all__ = ["Chain", "Retry", "chains", "complete", "due", "out_of_quota", "overloaded"]


@dataclass(frozen=True)
class Retry:
    """One attempt that failed and the next one of the same request; `nth` counts from 1."""

    before: Call
    after: Call
    nth: int

    @property
    def gap(self) -> float:
        """Return the seconds that the client waited."""
        return self.after.received - self.before.finished


@dataclass(frozen=True)
class Chain:
    """The attempts of one request, in order."""

    calls: tuple[Call, ...]

    @property
    def last(self) -> Call:
        """Return the attempt after which the client had its answer or no longer tried."""
        return self.calls[-1]

    @property
    def retries(self) -> Iterator[Retry]:
        """Yield every attempt but the first with the one before it."""
        pairs = zip(self.calls, self.calls[1:], strict=False)
        return (Retry(a, b, nth) for nth, (a, b) in enumerate(pairs, 1))


def chains(calls: Iterable[Call]) -> tuple[Chain, ...]:
    """Group calls into chains: the same path and body, each begun after the last one failed.

    The API key does not matter, or a client could hide its retries behind a key each.

    Where several failures of the same body are open, a call continues the one
    that allowed to come back soonest, so that a client is never accused of what
    it may not have done.
    """
    found: list[list[Call]] = []
    by_request: dict[str, list[list[Call]]] = defaultdict(list)
    for call in sorted(calls, key=lambda each: (each.received, each.number)):
        known = by_request[call.digest]
        open_ = [c for c in known if c[-1].finished <= call.received and not complete(c[-1])]
        if open_:
            min(open_, key=lambda chain: due(chain[-1])).append(call)
        else:
            known.append([call])
            found.append(known[-1])
    return tuple(Chain(tuple(attempts)) for attempts in found)


def complete(call: Call) -> bool:
    """Tell whether the client received a whole reply that is no error."""
    damaged = call.fault in KINDS and not KINDS[call.fault].whole and call.fault != "brownout"
    said = damaged and KINDS[call.fault].place == "behaviour"
    return 200 <= call.status < 300 and call.delivered and (said or not damaged)


def overloaded(call: Call) -> bool:
    """Tell whether a call failed in a way that asks for patience: retryable status, or no reply."""
    if call.status in RETRYABLE:
        return not out_of_quota(call)
    return call.status == 0 or not call.delivered


def out_of_quota(call: Call) -> bool:
    """Tell whether the reply said that waiting does not help."""
    return call.fault == "quota"


def due(call: Call) -> float:
    """Return when the reply allowed the next attempt, on the provider's clock."""
    headers = call.reply_headers
    if (wait := _number(headers.get("retry-after-ms"))) is not None:
        return call.finished + wait / 1000
    written = headers.get("retry-after")
    if (wait := _number(written)) is not None:
        return call.finished + wait
    try:
        return parsedate_to_datetime(written or "").timestamp()
    except ValueError:
        return call.finished


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
