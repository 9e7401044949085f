"""Sending again what must not be, and using what is no answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from autograder.provider.chains import Retry, complete, out_of_quota
from autograder.provider.faults.kinds import KINDS, REFUSALS
from autograder.provider.ledger import Call
from autograder.provider.sins.run import Finding, Run, finding

__all__ = [
    "accepted_truncated",
    "has_effect",
    "repeated_effect",
    "retried_refusal",
    "retried_without_quota",
]

_QUOTA_CALLS = 10  # new requests after insufficient_quota; those on their way are not counted


def retried_refusal(run: Run) -> Iterator[Finding]:
    proofs = [
        (retry.before, retry.after)
        for retry in run.retries
        if retry.before.status in REFUSALS and not _may_try_again(retry)
    ]
    for before, after in proofs[:1]:
        sentence = f"call {before.number} was refused with {before.status}"
        yield from finding(
            "retried-refusal", proofs, f"{sentence}; call {after.number} sent the same body again"
        )


def _may_try_again(retry: Retry) -> bool:
    """Tell whether a refusal allowed the next attempt: by a header, or to another key."""
    before = retry.before
    asked = before.reply_headers.get("x-should-retry") == "true"
    return asked or (before.status in (401, 403) and _is_rekeyed(retry))


def _is_rekeyed(retry: Retry) -> bool:
    return retry.before.headers.get("authorization") != retry.after.headers.get("authorization")


def retried_without_quota(run: Run) -> Iterator[Finding]:
    proofs: list[tuple[Call, ...]] = [
        (retry.before, retry.after)
        for retry in run.retries
        if out_of_quota(retry.before) and not _is_rekeyed(retry)
    ]
    for calls in _by_key(run.calls).values():
        proofs.extend(_after_quota(calls))
    for proof in proofs[:1]:
        sentence = f"call {proof[0].number} said insufficient_quota, which no wait changes"
        after = f"call {proof[1].number} came all the same"
        yield from finding("retried-without-quota", proofs, f"{sentence}; {after}")


def _by_key(calls: Iterable[Call]) -> dict[str, list[Call]]:
    found: dict[str, list[Call]] = defaultdict(list)
    for call in calls:
        found[call.headers.get("authorization", "")].append(call)
    return found


def _after_quota(calls: list[Call]) -> Iterator[tuple[Call, ...]]:
    """Yield a quota reply with the many calls that came between it and the next success."""
    said: Call | None = None
    later: list[Call] = []
    for call in calls:
        if said is not None and call.received >= said.finished:
            later.append(call)
        if complete(call):
            said, later = None, []
        elif said is None and out_of_quota(call):
            said = call
        if said is not None and len(later) > _QUOTA_CALLS:
            yield (said, *later)
            said, later = None, []


def accepted_truncated(run: Run) -> Iterator[Finding]:
    used = [call for call in run.calls if call.request_id in run.accepted]
    bad = [call for call in used if not complete(call) or not _is_whole(call)]
    for call in bad[:1]:
        why = KINDS[call.fault].effect if call.fault in KINDS else "its end never left"
        yield from finding(
            "accepted-truncated",
            [(each,) for each in bad],
            f"the reply to call {call.number} was used as an answer, but {why}",
        )


def _is_whole(call: Call) -> bool:
    return call.fault not in KINDS or KINDS[call.fault].whole or call.fault == "brownout"


def has_effect(call: Call) -> bool:
    created = call.method == "POST" and call.path in ("/v1/batches", "/v1/files")
    return created or bool(_key_of(call))


def _key_of(call: Call) -> str:
    return call.headers.get("idempotency-key", "")


def repeated_effect(run: Run) -> Iterator[Finding]:
    proofs = []
    done: list[Call] = []
    for call in run.calls:
        if run.effects(call) and call.executed and call.status < 400:
            earlier = [each for each in done if _same_effect(each, call)]
            if again := next((each for each in earlier if _repeats(each, call)), None):
                proofs.append((again, call))
            done.append(call)
    for before, after in proofs[:1]:
        how = "was answered in full" if complete(before) else "was carried out, its reply lost"
        key = "the same" if _key_of(after) == _key_of(before) != "" else "no common"
        yield from finding(
            "repeated-effect",
            proofs,
            f"call {before.number} {how}; call {after.number} did it again, with {key} "
            "Idempotency-Key",
        )


def _same_effect(before: Call, after: Call) -> bool:
    same_key = _key_of(before) == _key_of(after) != ""
    return before.digest == after.digest or same_key


def _repeats(before: Call, after: Call) -> bool:
    keys = _key_of(before), _key_of(after)
    if complete(before):
        return keys[0] == keys[1]  # two orders with a key each are two orders
    return after.received >= before.finished and (keys[0] != keys[1] or not keys[0])
