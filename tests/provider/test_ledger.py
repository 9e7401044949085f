"""The ledger: everything once, exact for ever, small, and with two faces."""

from __future__ import annotations

import json
import random
import threading
import tracemalloc
from collections import Counter
from dataclasses import fields
from decimal import Decimal
from pathlib import Path

from autograder.provider.completion import Completion, Usage
from autograder.provider.ledger import Call, Ledger, PublicCall


def call(number: int, **changes: object) -> Call:
    """Return a call of about the usual size."""
    values = {
        "number": number,
        "request_id": f"req_{number}",
        "path": "/v1/chat/completions",
        "received": float(number),
        "finished": number + 0.25,
        "status": 200,
        "model": "practice-small",
        "version": "practice-small-2026-08-01",
        "body": {"messages": [{"role": "user", "content": f"question {number}"}]},
        "completions": (Completion("42", ("42",), hidden={"supported": False}),),
        "usage": Usage(prompt=10, completion=5, cached=2),
        "price": Decimal("0.000001"),
        "size": 400,
    }
    return Call(**(values | changes))  # type: ignore[arg-type]  # a test's own mixture


def test_totals_stay_exact_when_calls_are_forgotten() -> None:
    """The sums over 1,000 calls do not depend on how many are kept."""
    ledger = Ledger(keep=10)
    draw = random.Random(3)
    calls = [
        call(
            number,
            status=draw.choice([200, 429, 0]),
            fault=draw.choice(["", "429", "stall"]),
            version=draw.choice(["practice-small-2026-08-01", "practice-large-2026-08-01"]),
        )
        for number in range(1, 1001)
    ]
    for each in calls:
        ledger.append(each)
    totals = ledger.totals
    assert [c.number for c in ledger] == list(range(991, 1001))
    assert (totals.calls, ledger.dropped, len(ledger)) == (1000, 990, 10)
    assert totals.statuses == Counter(c.status for c in calls)
    assert totals.faults == Counter(c.fault for c in calls if c.fault)
    assert totals.models == Counter(c.version for c in calls)
    assert totals.tokens == 15_000
    assert sum(usage.cached for usage in totals.usage.values()) == 2000
    assert totals.dollars == Decimal("0.001")


def test_the_empty_ledger_sums_to_nothing() -> None:
    """A provider that has not been asked costs nothing."""
    totals = Ledger().totals
    assert (totals.calls, totals.tokens, totals.dollars) == (0, 0, Decimal(0))
    assert dict(totals.statuses) == {}


def test_a_name_that_a_client_invents_is_no_key() -> None:
    """Calls for unknown models cannot make the sums grow."""
    ledger = Ledger(keep=1)
    for number in range(100):
        ledger.append(call(number, model=f"made-up-{number}", version="", status=404))
    assert dict(ledger.totals.models) == {}
    assert set(ledger.totals.usage) == {"none"}


def test_large_bodies_leave_sooner() -> None:
    """The bytes of what is kept stay below their limit."""
    ledger = Ledger(keep=1000, keep_bytes=10_000)
    for number in range(100):
        ledger.append(call(number, size=3000))
    assert len(ledger) == 3


def test_numbers_and_calls_are_never_lost_between_threads() -> None:
    """Eight threads that write at once leave every number once and exact sums."""
    ledger = Ledger(keep=100_000)
    seen: list[int] = []

    def write() -> None:
        for _ in range(500):
            ledger.append(call(ledger.number()))
            seen.append(len(list(ledger)))

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(c.number for c in ledger) == list(range(1, 4001))
    assert ledger.totals.calls == 4000
    assert max(seen) == 4000


def test_a_snapshot_does_not_change() -> None:
    """Iteration that has begun does not see calls that come later."""
    ledger = Ledger()
    ledger.append(call(1))
    iterator = iter(ledger)
    ledger.append(call(2))
    assert [c.number for c in iterator] == [1]


def test_the_public_part_hides_the_truth() -> None:
    """Neither fault, version, completions nor what tells them is in the public view."""
    ledger = Ledger()
    ledger.append(call(1, fault="stall", delivered=False))
    (public,) = ledger.public()
    names = {each.name for each in fields(PublicCall)}
    assert names & {"fault", "version", "completions", "delivered", "executed", "digest"} == set()
    assert "2026-08-01" not in repr(public)
    assert "supported" not in repr(public)
    assert (public.request_id, public.latency) == ("req_1", 0.25)


def test_the_sink_gets_every_call_as_a_line(tmp_path: Path) -> None:
    """A file receives all calls, those that are no longer kept as well, with the hidden part."""
    path = tmp_path / "calls.jsonl"
    ledger = Ledger(keep=1, sink=path)
    for number in range(3):
        ledger.append(call(number))
    ledger.close()
    ledger.append(call(3))
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line["number"] for line in lines] == [0, 1, 2]
    assert lines[0]["price"] == "0.000001"
    assert lines[0]["completions"][0]["hidden"] == {"supported": False}
    assert set(lines[0]) == {each.name for each in fields(Call)}


def test_watchers_are_told_of_each_call() -> None:
    """Who watches gets every further call, in order."""
    ledger = Ledger()
    ledger.append(call(1))
    heard: list[int] = []
    ledger.watch(lambda c: heard.append(c.number))
    ledger.append(call(2))
    ledger.append(call(3))
    assert heard == [2, 3]


def test_memory_stays_flat() -> None:
    """After the ledger is full, 5,000 further calls add less than 100 kB."""
    ledger = Ledger(keep=200)
    for number in range(500):
        ledger.append(call(number))
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for number in range(500, 5500):
        ledger.append(call(number))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    # 200 calls of about 1.5 kB that were made before tracing began are replaced by traced ones.
    assert grown < 200 * 3000 + 100_000


def test_a_body_too_deep_to_write_costs_no_reply(tmp_path: Path) -> None:
    """A body nested deeper than Python can follow is left out of its line, not the call."""
    path = tmp_path / "calls.jsonl"
    ledger = Ledger(sink=path)
    deep: object = 1
    for _ in range(2_000):
        deep = {"a": deep}
    ledger.append(call(1, body=deep))
    ledger.close()
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert [(line["number"], line["body"]) for line in lines] == [(1, None)]
