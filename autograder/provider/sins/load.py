"""More than a provider can bear, above all while it is failing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from autograder.provider.chains import complete
from autograder.provider.ledger import Call
from autograder.provider.sins.run import Finding, Limits, Run, finding

__all__ = ["hammered", "no_failover", "too_many_at_once"]

_TRIPS = 20  # calls in a brown-out, half of them failed, after which a breaker would be open


def too_many_at_once(run: Run) -> Iterator[Finding]:
    if run.limits.at_once is None:
        return
    most: list[Call] = []
    flying: list[Call] = []
    for call in run.calls:
        flying = [each for each in flying if each.finished > call.received] + [call]
        most = max(most, flying, key=len)
    if len(most) > run.limits.at_once:
        sentence = f"{len(most)} requests were in flight at once, {run.limits.at_once} are allowed"
        yield from finding("too-many-at-once", [tuple(most)], sentence)


def hammered(run: Run) -> Iterator[Finding]:
    proofs = []
    for calls in _brownouts(run.calls).values():
        failed = _failed_after_trip(calls, run.limits)
        if len(failed) > run.limits.probes:
            proofs.append(failed)
    for failed in proofs[:1]:
        first = failed[0].number
        yield from finding(
            "hammered",
            proofs,
            f"half of {_TRIPS} calls had failed; {len(failed)} more failed within "
            f"{run.limits.pause:g} s, from call {first}",
        )


def _brownouts(calls: Iterable[Call]) -> dict[tuple[str, str], list[Call]]:
    """Return the calls that met a brown-out, by region and model, in order."""
    found: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in calls:
        if call.fault == "brownout":
            found[_place(call)].append(call)
    return found


def _place(call: Call) -> tuple[str, str]:
    body = call.body if isinstance(call.body, dict) else {}
    return call.headers.get("x-practice-region", ""), str(body.get("model", call.model))


def _failed_after_trip(calls: list[Call], limits: Limits) -> tuple[Call, ...]:
    """Return what failed in the time in which a breaker would have been open."""
    ended = sorted(calls, key=lambda call: call.finished)[:_TRIPS]
    if len(ended) < _TRIPS or 2 * sum(not complete(call) for call in ended) < _TRIPS:
        return ()
    open_from = ended[-1].finished
    later = [c for c in calls if open_from < c.received <= open_from + limits.pause]
    return tuple(call for call in later if not complete(call))


def no_failover(run: Run) -> Iterator[Finding]:
    if not run.limits.failover:
        return
    for place, calls in _brownouts(run.calls).items():
        failed = _failed_after_trip(calls, run.limits)
        if len(failed) <= run.limits.probes:
            continue
        since = failed[0].received
        if not any(_place(call) != place for call in run.calls if call.received >= since):
            where = " ".join(part for part in place if part)
            sentence = f"{where} failed from call {failed[0].number} on, and nothing else was tried"
            yield from finding("no-failover", [failed], sentence)
            return
