"""Waiting too little, too evenly, too long, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import mean, quantiles

from autograder.provider.chains import Chain, Retry, complete, due, overloaded
from autograder.provider.faults.plan import FaultPlan, Request
from autograder.provider.ledger import Call
from autograder.provider.sins.run import FEW_MS, Finding, Limits, Run, finding, is_unguided

__all__ = ["gave_up", "ignored_retry_after", "no_backoff", "no_jitter", "no_timeout", "retry_storm"]

_PAIRS = 30  # of first and second waits, before their means are compared
_HERD = 10  # clients that come back together, before it is called a herd


def ignored_retry_after(run: Run) -> Iterator[Finding]:
    early = []
    for retry in run.retries:
        asked = due(retry.before) - retry.before.finished
        if asked > 0 and retry.gap < asked * (1 - run.limits.early):
            early.append((asked - retry.gap, retry))
    early.sort(key=lambda each: -each[0])
    for _, worst in early[:1]:
        asked = due(worst.before) - worst.before.finished
        yield from finding(
            "ignored-retry-after",
            [(retry.before, retry.after) for _, retry in early],
            f"call {worst.before.number} was told to wait {asked:.3g} s; "
            f"call {worst.after.number} came after {worst.gap:.3g} s",
        )


def no_backoff(run: Run) -> Iterator[Finding]:
    short = [retry for retry in run.unguided if retry.gap < run.limits.gap]
    if len(short) >= 3 and 2 * len(short) >= len(run.unguided):
        longest = max(retry.gap for retry in short)
        proofs: list[tuple[Call, ...]] = [(retry.before, retry.after) for retry in short]
        sentence = f"a failed call was sent again at once, at most {longest:.3g} s later"
        yield from finding("no-backoff", proofs, sentence)
        return
    even = [chain for chain in run.chains if _is_even(chain)]
    if even:
        wait = next(even[0].retries).gap
        sentence = f"every wait is {wait:.3g} s, however often the call has failed"
        yield from finding("no-backoff", [chain.calls for chain in even], sentence)
        return
    pairs = [(a, b) for chain in run.chains for a, b in _first_waits(chain)]
    if len(pairs) >= _PAIRS:
        first, second = (mean(each[i].gap for each in pairs) for i in (0, 1))
        if second < 1.25 * first:
            proofs = [(a.before, a.after, b.after) for a, b in pairs]
            sentence = f"the second wait ({second:.3g} s on average) is no longer than the first"
            yield from finding("no-backoff", proofs, f"{sentence} ({first:.3g} s)")


def _is_even(chain: Chain) -> bool:
    """Tell whether the first three waits of a chain are the same."""
    gaps = [retry.gap for retry in chain.retries if is_unguided(retry)][:3]
    return len(gaps) == 3 and max(gaps) - min(gaps) <= max(FEW_MS, 0.05 * mean(gaps))


def _first_waits(chain: Chain) -> Iterator[tuple[Retry, Retry]]:
    """Yield a chain's first two waits, where both followed an overload."""
    match list(chain.retries)[:2]:
        case [first, second] if is_unguided(first) and is_unguided(second):
            yield first, second


def retry_storm(run: Run) -> Iterator[Finding]:
    proofs = []
    for chain in run.chains:
        times = [call.received for call in chain.calls[1:]]
        span = run.limits.storm
        if any(times[i + span] - times[i] < 1 for i in range(len(times) - span)):
            proofs.append(chain.calls)
    for calls in proofs[:1]:
        sentence = f"more than {run.limits.storm} retries of one request within a second"
        yield from finding("retry-storm", proofs, f"{sentence}, from call {calls[0].number}")


def no_timeout(run: Run) -> Iterator[Finding]:
    held = [
        call
        for call in run.calls
        if call.fault in ("timeout", "stall") and call.latency > run.limits.silence
    ]
    for call in held[:1]:
        yield from finding(
            "no-timeout",
            [(each,) for each in held],
            f"call {call.number} stayed {call.latency:.0f} s on a socket on which nothing came",
        )


def no_jitter(run: Run) -> Iterator[Finding]:
    retries = sorted(run.unguided, key=lambda retry: retry.before.finished)
    proofs = []
    for group in _together(retries):
        low, _, high = quantiles([retry.after.received for retry in group], n=4)
        wait = mean(retry.gap for retry in group)
        if wait > run.limits.gap and high - low <= min(FEW_MS, 0.1 * wait):
            proofs.append(tuple(retry.after for retry in group))
    for calls in proofs[:1]:
        yield from finding(
            "no-jitter", proofs, f"{len(calls)} calls that failed together came back together"
        )


def _together(retries: list[Retry]) -> Iterator[list[Retry]]:
    """Yield groups of different requests that failed within a few milliseconds."""
    group: list[Retry] = []
    for retry in retries:
        if group and retry.before.finished - group[0].before.finished > FEW_MS:
            if len(group) >= _HERD:
                yield group
            group = []
        group.append(retry)
    if len(group) >= _HERD:
        yield group


def gave_up(run: Run) -> Iterator[Finding]:
    allowed = run.limits.attempts
    if allowed is None:
        return
    contents = {_content(call) for call in run.calls if complete(call)}
    proofs = [
        chain.calls
        for chain in run.chains
        if len(chain.calls) < allowed
        and _is_worth_retrying(chain.last, run.limits)
        and _content(chain.last) not in contents
        and _would_succeed(chain.last, run.plan)
    ]
    for calls in proofs[:1]:
        last = calls[-1]
        how = f"status {last.status}" if last.status else "no reply"
        sentence = f"call {last.number} ({how}) was attempt {len(calls)} of {allowed}"
        yield from finding("gave-up", proofs, f"{sentence}, and no other followed")


def _is_worth_retrying(call: Call, limits: Limits) -> bool:
    return (
        overloaded(call)
        and call.reply_headers.get("x-should-retry") != "false"
        and due(call) - call.finished <= limits.patience
    )


def _content(call: Call) -> str:
    """Return what a request asks, whichever model it asks: a failover asks the same."""
    body = call.body if isinstance(call.body, dict) else {}
    return repr(body.get("messages", body.get("input", call.digest)))


def _would_succeed(call: Call, plan: FaultPlan | None) -> bool:
    if plan is None:
        return True
    body = call.body if isinstance(call.body, dict) else {}
    headers = call.headers
    request = Request(
        path=call.path,
        digest=call.digest,
        at=due(call),
        model=str(body.get("model", call.model)),
        stream=body.get("stream") is True,
        tools=bool(body.get("tools")),
        schema=bool(body.get("response_format") or body.get("text")),
        tenant=headers.get("openai-project") or headers.get("openai-organization", ""),
        region=headers.get("x-practice-region", ""),
    )
    return plan.peek(request).fault is None
