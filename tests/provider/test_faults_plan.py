"""Fault plans: what they mean, that a replay is the same, and what a wrong one is told."""

from __future__ import annotations

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from autograder.errors import RungsError
from autograder.provider.faults import CALM, KINDS, FaultPlan, PlanError
from autograder.provider.faults.kinds import STATUSES
from autograder.provider.faults.plan import Request
from autograder.provider.faults.replies import reply

CHAT = "/v1/chat/completions"


def asked(content: object, at: float = 0.0, **changes: object) -> Request:
    """Return a plain chat request with some content."""
    request = Request(CHAT, str(content), at, model="practice-small", key="k")
    return replace(request, **changes)  # type: ignore[arg-type]  # a test's own mixture


def names(plan: FaultPlan, requests: list[Request]) -> list[str]:
    """Return what each request met."""
    return [plan.next(request).name for request in requests]


def test_no_plan_means_no_fault() -> None:
    """The empty plan and the empty string leave every request alone."""
    for plan in (FaultPlan(), FaultPlan.parse(""), FaultPlan.parse(" , ")):
        assert plan.next(asked(1)) is CALM
    assert (CALM.name, CALM.behaviour, CALM.slow, CALM.price) == ("", "", 1.0, Decimal(1))


def test_a_rule_without_conditions_always_strikes() -> None:
    """`500` alone means every request."""
    assert names(FaultPlan.parse("500"), [asked(i) for i in range(3)]) == ["500"] * 3


@pytest.mark.parametrize(
    ("text", "struck"),
    [
        ("drop@2", {2}),
        ("drop@2-4", {2, 3, 4}),
        ("drop@4+", {4, 5, 6}),
        ("drop@1,drop@6", {1, 6}),
        ("drop@2&model=practice-large", {4}),
        ("drop@first1", {1, 2, 3, 4, 5, 6}),
    ],
)
def test_scripted_rules_count_the_requests_they_are_about(text: str, struck: set[int]) -> None:
    """A number counts the requests that meet the rule's other conditions."""
    plan = FaultPlan.parse(text)
    requests = [
        asked(n, model="practice-small" if n % 2 else "practice-large") for n in range(1, 7)
    ]
    found = {n for n, name in enumerate(names(plan, requests), 1) if name}
    assert found == struck


def test_the_first_attempts_of_each_distinct_request_fail() -> None:
    """`first2` fails a request twice and lets its third attempt through, whatever comes between."""
    plan = FaultPlan.parse("503@first2")
    requests = [asked(content) for content in "abababab"]
    assert names(plan, requests) == ["503"] * 4 + [""] * 4


def test_a_rate_with_first_fails_a_share_of_the_requests() -> None:
    """With both, whoever is struck fails all of its first attempts, then none."""
    plan = FaultPlan.parse("503:0.3@first3", seed=4)
    runs = [names(plan, [asked(content)] * 5) for content in range(400)]
    assert {tuple(run) for run in runs} == {("503",) * 3 + ("", ""), ("",) * 5}
    struck = sum(run[0] == "503" for run in runs)
    assert binomtest(struck, 400, 0.3).pvalue > 0.005


@pytest.mark.parametrize(
    ("condition", "hit", "missed"),
    [
        ("path=/v1/embeddings", {"path": "/v1/embeddings"}, {}),
        ("model=practice-large", {"model": "practice-large"}, {}),
        ("key=k2", {"key": "k2"}, {}),
        ("tenant=acme", {"tenant": "acme"}, {}),
        ("region=eu&tenant=acme", {"region": "eu", "tenant": "acme"}, {"region": "eu"}),
        ("t10-20", {"at": 1010.0}, {"at": 1020.0}),
        ("t10+", {"at": 9999.0}, {"at": 1009.9}),
        ("after=2026-11-15", {"at": 1794700800.0}, {"at": 1794700799.0}),
        ("until=2026-11-15", {"at": 1794700799.0}, {"at": 1794700800.0}),
    ],
)
def test_conditions(condition: str, hit: dict[str, object], missed: dict[str, object]) -> None:
    """A rule strikes what meets its conditions and nothing else."""
    plan = FaultPlan.parse(f"500@{condition}")
    plan.begin(1000.0)
    assert plan.next(asked(1, **({"at": 1000.0} | hit))).name == "500"
    assert plan.next(asked(1, **({"at": 1000.0} | missed))).name == ""


def test_a_fault_strikes_only_where_it_makes_sense() -> None:
    """A stream fault needs a stream, a tool fault tools, a vector fault embeddings."""
    everything = FaultPlan.parse(",".join(KINDS.keys() - {"version"}))
    plain = [rule.fault for rule in everything.rules if rule.meets(asked(1), 0)]
    assert {fault.known.place for fault in plain} == {
        "status",
        "connection",
        "body",
        "behaviour",
        "condition",
    }
    assert not any(fault.kind.startswith(("sse-", "tool-", "json-")) for fault in plain)
    stream = {rule.fault.kind for rule in everything.rules if rule.meets(asked(1, stream=True), 0)}
    assert "truncated" not in stream
    assert "sse-no-done" in stream
    files = {r.fault.kind for r in everything.rules if r.meets(asked(1, path="/v1/files"), 0)}
    assert files & {"length", "refusal", "no-choices", "no-data"} == set()


def test_rates_are_met() -> None:
    """Over 10,000 requests each kind comes as often as its rate says, and at most one strikes."""
    rates = {"429": 0.05, "stall": 0.02, "503": 0.2}
    plan = FaultPlan.parse(",".join(f"{kind}:{rate}" for kind, rate in rates.items()), seed=1)
    counts = Counter(names(plan, [asked(n) for n in range(10_000)]))
    for kind, rate in rates.items():
        assert binomtest(counts[kind], 10_000, rate).pvalue > 0.005
    assert counts.total() == 10_000


def test_each_attempt_is_drawn_anew() -> None:
    """A retry of a failed request fails at the same rate, not for ever."""
    plan = FaultPlan.parse("503:0.25", seed=2)
    survivors = sum("" in names(plan, [asked(n)] * 4) for n in range(1000))
    assert binomtest(survivors, 1000, 1 - 0.25**4).pvalue > 0.005


def test_a_replay_meets_the_same_faults_in_any_order() -> None:
    """Faults depend on content and attempt, so a concurrent client's order changes nothing."""
    requests = [asked(n) for n in range(500)] * 2
    shuffled = random.Random(5).sample(requests, len(requests))

    def met(order: list[Request], seed: int) -> dict[str, list[str]]:
        plan = FaultPlan.parse("429:0.1,drop:0.1", seed)
        found: dict[str, list[str]] = {}
        for request in order:
            found.setdefault(request.digest, []).append(plan.next(request).name)
        return found

    assert met(requests, 7) == met(shuffled, 7)
    assert met(requests, 7) != met(requests, 8)


def test_scripted_rules_come_before_rates() -> None:
    """Where both strike, the script wins."""
    plan = FaultPlan.parse("429:1,drop@2")
    assert names(plan, [asked(n) for n in range(3)]) == ["429", "drop", "429"]


def test_conditions_hold_beside_faults() -> None:
    """A brown-out slows everything in its window and fails a share; version and price are kept."""
    plan = FaultPlan.parse(
        "brownout(x8):0.5@t60-180&region=eu,version(practice-small-2026-11-01)@t60+,price(x2.5)@t60+",
        seed=3,
    )
    plan.begin(0)
    before = plan.next(asked(0, at=59, region="eu"))
    within = [plan.next(asked(n, at=100, region="eu")) for n in range(400)]
    elsewhere = plan.next(asked(0, at=100))
    assert before is CALM
    assert {(each.slow, each.name) for each in within} == {(8.0, "brownout")}
    failed = sum(each.fault is not None and each.fault.kind == "503" for each in within)
    assert binomtest(failed, 400, 0.5).pvalue > 0.005
    assert (elsewhere.slow, elsewhere.version, elsewhere.price) == (
        1.0,
        "practice-small-2026-11-01",
        Decimal("2.5"),
    )
    assert elsewhere.name == "version"


def test_peek_tells_what_would_come_and_counts_nothing() -> None:
    """Looking ahead answers as `next` then does."""
    plan = FaultPlan.parse("503:0.5,drop@3", seed=11)
    for n in range(50):
        ahead = plan.peek(asked(n % 7))
        assert plan.peek(asked(n % 7)) == ahead
        assert plan.next(asked(n % 7)) == ahead


def test_memory_of_contents_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only so many contents' attempts are remembered; the oldest is forgotten first."""
    monkeypatch.setattr("autograder.provider.faults.plan._MOST_CONTENTS", 3)
    plan = FaultPlan.parse("503@first1")
    assert names(plan, [asked(c) for c in "abcab"]) == ["503"] * 3 + ["", ""]
    assert names(plan, [asked(c) for c in "dabc"]) == ["503", "", "", "503"]


def test_both_notations_say_the_same() -> None:
    """JSON and the short form give equal rules; dates may be ISO 8601."""
    short = (
        "429(1500ms):0.05, drop(fin)@7, 400(retry=true)@first2&tenant=a, 503@t5-9, "
        "500@after=2026-11-15"
    )
    entries = [
        {"kind": "429", "seconds": 1.5, "form": "ms", "rate": 0.05},
        {"kind": "drop", "end": "fin", "nth": 7},
        {"kind": "400", "retry": True, "first": 2, "tenant": "a"},
        {"kind": "503", "after": 5, "until": 9},
        {"kind": "500", "after": "2026-11-15T00:00:00+00:00"},
    ]
    plan = FaultPlan.parse(json.dumps({"seed": 9, "rules": entries}), seed=1)
    assert plan.rules == FaultPlan.parse(short).rules
    assert plan.seed == 9


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("dorp@7", "Did you mean 'drop'"),
        ("777", "'777' in '777' is no fault"),
        ("429:x", "Write one from 0 to 1"),
        ("429:1.5", "from 0 to 1"),
        ("429:nan", "from 0 to 1"),
        ("429(soon)", "Write a length (2s, 1500ms, 2m)"),
        ("timeout(999999s)", "from 0 to 86400"),
        ("429@never", "Write 7, 3-5 or 9+"),
        ("429@0", "counted from 1"),
        ("429@5-3", "first to last"),
        ("429:0.1@3", "write one of them, or two rules"),
        ("429:0.7,500:0.6", "add up to 1.3"),
        ("version@t60+", "says to what"),
        ("brownout(x0)", "above 0"),
        ("500@after=tomorrow", "Write 2026-11-15"),
        ("(429)", "Write kind(details):rate@conditions"),
        ("429:", "for example 429(2s):0.05"),
        ("{}", '{"seed": 7, "rules": [...]}'),
        ('{"rules": [{"rate": 0.1}]}', "needs a kind"),
        ('{"rules": [{"kind": "429", "speed": 1}]}', "may have only: after"),
        ('{"rules": [{"kind": "429", "form": "weeks"}]}', "form in rule"),
        ('{"rules": [{"kind": "429", "nth": "x"}]}', "nth in rule"),
        ('{"rules": [3]}', "rules"),
    ],
)
def test_a_wrong_plan_is_told_what_to_write(text: str, told: str) -> None:
    """Every error of a plan says what is wrong and what to write instead."""
    with pytest.raises(PlanError) as caught:
        FaultPlan.parse(text)
    assert told in str(caught.value)


@given(st.text(alphabet='429dropstall:()@&=,x0.17 {}[]"-+kindruleseconds', max_size=60))
def test_any_text_is_a_plan_or_an_error_for_people(text: str) -> None:
    """No string makes the parser fail in another way than by a PlanError."""
    try:
        plan = FaultPlan.parse(text)
    except RungsError:
        return
    plan.next(asked(1))


def test_every_kind_is_described_and_has_one_place() -> None:
    """The catalogue has a sentence for each fault, and statuses are HTTP's."""
    assert all(kind.effect and kind.name == name for name, kind in KINDS.items())
    assert {str(code) for code in STATUSES} <= KINDS.keys()
    lost = {name for name, kind in KINDS.items() if not kind.executed}
    assert {"429", "timeout", "drop"} <= lost
    assert "lost" not in lost


@pytest.mark.parametrize(
    ("text", "headers"),
    [
        ("429", {"retry-after": "1"}),
        ("429(2.2s)", {"retry-after": "3"}),
        ("429(1500ms)", {"retry-after-ms": "1500"}),
        ("429(none)", {}),
        ("503(2s retry=false)", {"retry-after": "2", "x-should-retry": "false"}),
        ("429(date 3s)", {"retry-after": "Sun, 15 Nov 2026 00:00:04 GMT"}),
        ("quota", {}),
        ("500", {}),
    ],
)
def test_how_long_to_wait_is_written_in_its_form(text: str, headers: dict[str, str]) -> None:
    """Retry-After comes in seconds, milliseconds or as a date, rounded up, never early."""
    now = datetime(2026, 11, 15, tzinfo=UTC).timestamp() + 0.5
    made = dict(reply(FaultPlan.parse(text).rules[0].fault, now).headers)
    assert made.pop("content-type").startswith("application/json")
    assert made == headers
