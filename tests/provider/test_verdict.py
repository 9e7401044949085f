"""The verdict accuses whoever sins, and nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import openai
import pytest

from autograder.provider.clock import VirtualClock, WallClock
from autograder.provider.engine import Provider
from autograder.provider.faults import FaultPlan
from autograder.provider.faults.plan import Request
from autograder.provider.ledger import Call, Ledger
from autograder.provider.verdict import SINS, Limits, verdict
from tests.provider.conftest import Serving
from tests.provider.patient import RETRYABLE, Client, Outcome

LIMITS = Limits(attempts=4, at_once=8)


def bodies(count: int, model: str = "practice-small") -> list[Any]:
    """Return different requests."""
    return [
        {"model": model, "messages": [{"role": "user", "content": f"Hello number {n}"}]}
        for n in range(count)
    ]


def watched(
    serving: Serving, faults: str, count: int = 40, parties: int = 1, **cares: Any
) -> tuple[Provider, list[Outcome]]:
    """Let a client ask a provider with faults in virtual time, and return both."""
    clock = VirtualClock(parties=parties, patience=1.0)
    practice = serving(clock=clock, faults=faults, seed=5)
    client = Client(base_url=str(practice.client.base_url), **cares)
    return practice.provider, client.run(bodies(count))


def sins(provider: Provider, **options: Any) -> set[str]:
    """Return what the verdict found."""
    return set(verdict(provider.ledger, **({"limits": LIMITS} | options)).sins)


# What goes wrong, for clients that do one thing at a time.
SEQUENTIAL = {
    "everything": "429(3s):0.05,429(1500ms):0.05,503:0.1,drop:0.05,cut:0.05,400@9,404@13",
    "every first attempt": "503@first1",
    "twice and long": "429(60s)@first2",
    "refusals": "400:0.1,401:0.1,422:0.1",
    "no quota": "quota@20+",
}


@pytest.mark.parametrize("faults", SEQUENTIAL.values(), ids=SEQUENTIAL)
def test_care_is_not_accused(serving: Serving, faults: str) -> None:
    """A client that retries with patience has no finding, whatever happens to it."""
    provider, _ = watched(serving, faults, attempts=6)
    assert str(verdict(provider.ledger, limits=LIMITS)) == "nothing found"


SINNERS: dict[str, tuple[str, dict[str, Any], set[str]]] = {
    "comes back at once": (
        "429(3s):0.3",
        {"obey": False, "base": 0.0},
        {"ignored-retry-after"},
    ),
    "jitter that undercuts": (
        "429(1s)@first1",
        {"obey": False, "base": 0.9},
        {"ignored-retry-after"},
    ),
    "no wait at all": ("503@first2", {"base": 0.0, "attempts": 5}, {"no-backoff"}),
    "a fixed wait": (
        "503@first3&model=practice-small",
        {"growth": 1.0, "jitter": False, "attempts": 5},
        {"no-backoff"},
    ),
    "a wait that does not grow": (
        "503@first2",
        {"growth": 1.0, "attempts": 5},
        {"no-backoff"},
    ),
    "a storm": (
        "503@first30",
        {"base": 0.0, "attempts": 40, "count": 4},
        {"no-backoff", "retry-storm"},
    ),
    "retries a 400": ("400@first1", {"again": RETRYABLE | {400}}, {"retried-refusal"}),
    "retries without quota": ("quota@first1", {"quota_again": True}, {"retried-without-quota"}),
    "goes on without quota": ("quota", {"goes_on": True}, {"retried-without-quota"}),
    "gives up": ("503@first1", {"attempts": 1}, {"gave-up"}),
}


@pytest.mark.parametrize(("faults", "cares", "wanted"), SINNERS.values(), ids=SINNERS)
def test_a_sinner_is_found(
    serving: Serving, faults: str, cares: dict[str, Any], wanted: set[str]
) -> None:
    """Each carelessness is named, and nothing else is."""
    provider, _ = watched(serving, faults, **({"count": 40} | cares))
    assert sins(provider) == wanted


def test_a_finding_names_its_calls_and_says_what_happened(serving: Serving) -> None:
    """The numbers prove it, the sentence tells it, the text adds them up."""
    provider, _ = watched(serving, "429(3s)@2", count=3, obey=False, jitter=False, base=1.0)
    found = verdict(provider.ledger)
    (finding,) = found.findings
    assert (finding.sin, finding.times, finding.calls) == ("ignored-retry-after", 1, (2, 3))
    assert finding.sentence == "call 2 was told to wait 3 s; call 3 came after 1 s"
    assert str(found) == f"ignored-retry-after: {finding.sentence}"


def test_giving_up_counts_only_where_one_more_would_have_helped(serving: Serving) -> None:
    """With the plan at hand, a request that fails for ever may be given up."""
    plan = FaultPlan.parse("503@model=practice-small")
    provider, _ = watched(serving, "503", attempts=2)
    assert sins(provider) == {"gave-up"}
    assert sins(provider, plan=plan) == set()
    provider, _ = watched(serving, "503@first2", attempts=2)
    assert sins(provider, plan=provider.faults) == {"gave-up"}


def test_another_key_for_each_attempt_hides_nothing(serving: Serving) -> None:
    """Retries are known by what they ask; a refused key may be replaced, a limit not be dodged."""

    def found(faults: str) -> set[str]:
        practice = serving(clock=VirtualClock(parties=1), faults=faults)
        for n in range(6):
            headers = {"authorization": f"Bearer key-{n}"}
            practice.http.post("/chat/completions", json=bodies(1)[0], headers=headers)
        return sins(practice.provider, limits=Limits())

    assert found("401@first1") == set()
    assert found("quota@first1") == set()
    assert found("429(30s)@first1") == {"ignored-retry-after"}
    assert found("503@first5") == {"no-backoff"}
    assert found("400@first1") == {"retried-refusal"}


def test_a_wait_too_long_may_be_refused(serving: Serving) -> None:
    """Nobody has to sit out a Retry-After of an hour."""
    provider, _ = watched(serving, "429(3600s)@first1", attempts=1)
    assert sins(provider) == set()


@pytest.mark.parametrize(
    ("timeout", "found"), [(30.0, set[str]()), (None, {"no-timeout"})], ids=["care", "none"]
)
def test_silence_is_left(serving: Serving, timeout: float | None, found: set[str]) -> None:
    """A client that leaves a silent socket after 30 s is fine; one that stays 600 s is not."""
    provider, _ = watched(
        serving, "timeout@2,stall@5", count=6, parties=0, timeout=timeout, attempts=5
    )
    assert sins(provider) == found


def test_what_is_truncated_is_no_answer(serving: Serving) -> None:
    """Using a reply that did not come whole is found by its id; refusing it is not."""
    practice = serving(faults="sse-no-finish@1,truncated@1,length@3,sse-no-done@3,sse-duplicate@5")
    for stream in (True, False, True, False, True):
        body = {**bodies(1)[0], "stream": stream}
        practice.http.post("/chat/completions", json=body)
    calls = list(practice.provider.ledger)
    by_fault = {call.fault: call.request_id for call in calls}
    assert set(by_fault) >= {"sse-no-finish", "truncated", "sse-no-done"}
    whole = {by_fault["sse-no-done"]}
    assert sins(practice.provider, accepted=whole, limits=Limits()) == set()
    for fault in ("sse-no-finish", "truncated"):
        found = verdict(calls, accepted=whole | {by_fault[fault]})
        assert found.sins == {"accepted-truncated"}
        assert [each.calls for each in found.findings] == [
            tuple(call.number for call in calls if call.fault == fault)
        ]


@pytest.mark.parametrize(
    ("faults", "keys", "found"),
    [
        ("lost@first1", "same", set[str]()),
        ("cut@first1", "same", set()),
        ("503@first1", "fresh", set()),
        ("drop@first1", "", set()),
        ("lost@first1", "fresh", {"repeated-effect"}),
        ("lost@first1", "", {"repeated-effect"}),
        ("cut@first1", "", {"repeated-effect"}),
    ],
)
def test_effects_happen_once(serving: Serving, faults: str, keys: str, found: set[str]) -> None:
    """What may have been done is repeated only under the same Idempotency-Key."""
    provider, _ = watched(serving, faults, count=5, keys=keys)
    assert sins(provider, effects=lambda call: True) == found


def test_what_was_answered_is_not_done_again(serving: Serving) -> None:
    """Sending an order twice is a sin, unless each has a key of its own."""
    practice = serving()

    def order(*keys: str) -> set[str]:
        practice.provider.ledger = Ledger()
        for key in keys:
            headers = {"idempotency-key": key} if key else {}
            practice.http.post("/chat/completions", json=bodies(1)[0], headers=headers)
        return sins(practice.provider, effects=lambda call: True)

    assert order("a", "b") == set()
    assert order("a", "a") == {"repeated-effect"}
    assert order("", "") == {"repeated-effect"}


def test_without_effects_the_same_question_may_be_asked_again(serving: Serving) -> None:
    """Asking the same thing five times is sampling, not a sin."""
    practice = serving()
    for _ in range(5):
        practice.http.post("/chat/completions", json=bodies(1)[0])
    assert sins(practice.provider) == set()


@pytest.mark.parametrize(
    ("at_once", "found"), [(8, set[str]()), (12, {"too-many-at-once"})], ids=["care", "too many"]
)
def test_requests_in_flight_are_counted(serving: Serving, at_once: int, found: set[str]) -> None:
    """The most requests at the same time is what the ledger's times say."""
    provider, _ = watched(serving, "", count=60, parties=at_once, at_once=at_once)
    assert sins(provider) == found


@pytest.mark.parametrize(
    ("jitter", "found"), [(True, set[str]()), (False, {"no-jitter"})], ids=["care", "none"]
)
def test_a_herd_is_seen(serving: Serving, jitter: bool, found: set[str]) -> None:
    """Forty clients that fail together must not come back together."""
    provider, _ = watched(
        serving, "503@first1", count=40, parties=40, at_once=40, jitter=jitter, attempts=4
    )
    assert sins(provider, limits=Limits()) == found


BROWNOUT = "brownout(x4):1@region=eu"


@pytest.mark.parametrize(
    ("cares", "found"),
    [
        ({"breaker": 5, "regions": ("eu",)}, set[str]()),
        ({"breaker": 5, "regions": ("eu", "us")}, set()),
        ({"regions": ("eu",)}, {"hammered", "no-failover"}),
    ],
    ids=["breaker", "failover", "neither"],
)
def test_a_brownout_is_left_alone(serving: Serving, cares: dict[str, Any], found: set[str]) -> None:
    """A client with a breaker or another region stops asking what fails; one without is found."""
    provider, _ = watched(
        serving, BROWNOUT, count=60, parties=4, at_once=4, attempts=2, base=0.2, **cares
    )
    assert sins(provider, limits=Limits(failover=True)) == found


@pytest.mark.parametrize(
    "faults", ["429(1s)@first1", "503@first2", "drop@first1", "400", "html-502@first1"]
)
def test_the_sdk_is_not_accused(faults: str) -> None:
    """The SDK as it comes, in real time, with twenty clients at once."""
    from autograder.provider.server import serve

    provider = Provider(faults=faults, clock=WallClock(0))
    with serve(provider) as server, openai.OpenAI(base_url=server.base_url, api_key="k") as client:

        def ask(body: Any) -> object:
            try:
                return client.chat.completions.create(**body)
            except openai.APIError as err:
                return err

        with ThreadPoolExecutor(12) as pool:
            list(pool.map(ask, bodies(12)))
    assert len(provider.ledger) >= 12
    assert str(verdict(provider.ledger, limits=Limits(attempts=3))) == "nothing found"


def test_the_sdk_retries_without_quota(serving: Serving) -> None:
    """The SDK's own retries on insufficient_quota are a sin that a careful caller switches off."""
    practice = serving(faults="quota")
    for retries, found in ((0, set[str]()), (1, {"retried-without-quota"})):
        practice.provider.ledger = Ledger()
        with pytest.raises(openai.RateLimitError):
            practice.client.with_options(max_retries=retries).chat.completions.create(
                **bodies(1)[0]
            )
        assert sins(practice.provider, limits=Limits()) == found


@pytest.mark.parametrize("at_once", [1, 10])
def test_a_run_meets_what_its_plan_foretells(serving: Serving, at_once: int) -> None:
    """With 25 % faults and four attempts, who succeeds does not depend on who else asks when."""
    faults = "429(2s):0.1,503:0.1,cut:0.02,drop:0.03"
    provider, outcomes = watched(
        serving, faults, count=200, parties=at_once, at_once=at_once, attempts=4
    )
    plan = FaultPlan.parse(faults, seed=5)
    calls = {str(call.body): call for call in provider.ledger}
    foretold = []
    for body in bodies(200):
        digest = calls[str(body)].digest
        request = Request("/v1/chat/completions", digest, 0.0, model="practice-small")
        foretold.append(any(plan.next(request).fault is None for _ in range(4)))
    assert [outcome.reply is not None for outcome in outcomes] == foretold
    assert sins(provider, limits=Limits(attempts=4, at_once=at_once)) == set()


def test_the_verdict_says_what_it_could_not_read() -> None:
    """Calls that the ledger no longer keeps are counted."""
    ledger = Ledger(keep=1)
    call = Call(1, "req_1", "/v1/chat/completions", 0.0, 1.0, 200)
    for number in (1, 2, 3):
        ledger.append(replace(call, number=number))
    found = verdict(ledger)
    assert (found.unread, str(found)) == (
        2,
        "nothing found\n2 earlier calls are no longer in the ledger.",
    )


def test_every_sin_has_a_sinner_here() -> None:
    """No sin of the verdict goes without a client that commits it."""
    shown = {sin for _, _, wanted in SINNERS.values() for sin in wanted}
    shown |= {"no-timeout", "accepted-truncated", "repeated-effect", "too-many-at-once"}
    shown |= {"no-jitter", "hammered", "no-failover"}
    assert shown == set(SINS)
