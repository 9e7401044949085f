"""/v1/batches through the SDK: validated, run, finalised, cancelled and expired on the clock."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import openai
import pytest
from openai.types import Batch

from autograder.provider.clock import VirtualClock
from autograder.provider.prices import price
from autograder.provider.wire.batch_run import FINALIZING, LINE, VALIDATING
from tests.provider.conftest import Practice, Serving

CHAT, RESPONSES, EMBEDDINGS = "/v1/chat/completions", "/v1/responses", "/v1/embeddings"
MESSAGES = [{"role": "user", "content": "The relay is numbered 41. What number has the relay?"}]
BODIES: dict[str, dict[str, Any]] = {
    CHAT: {"model": "practice-small", "messages": MESSAGES, "temperature": 0},
    RESPONSES: {"model": "practice-small", "input": MESSAGES, "temperature": 0},
    EMBEDDINGS: {"model": "practice-embed", "input": "The relay is numbered 41."},
}


@pytest.fixture
def still(serving: Serving) -> Practice:
    """Serve a provider whose clock moves only when the test advances it."""
    return serving(clock=VirtualClock(quiet=None))


def line(number: int, url: str = CHAT, **changed: Any) -> dict[str, Any]:
    body = BODIES[url] | changed
    return {"custom_id": f"line-{number}", "method": "POST", "url": url, "body": body}


def begin(practice: Practice, lines: list[Any], endpoint: Any = CHAT, **options: Any) -> Batch:
    content = b"".join(json.dumps(one).encode() + b"\n" for one in lines)
    file = practice.client.files.create(file=("lines.jsonl", content), purpose="batch")
    return practice.client.batches.create(
        input_file_id=file.id, endpoint=endpoint, completion_window="24h", **options
    )


def advance(practice: Practice, seconds: float, asleep: int = 1) -> None:
    """Move time on as soon as so many of the batch's tasks wait for it."""
    clock = practice.provider.clock
    assert isinstance(clock, VirtualClock)
    ends = time.monotonic() + 20
    while sum(sleeper.waiting for sleeper in list(clock._sleeping)) != asleep:
        assert time.monotonic() < ends, "the batch does not wait for the clock"
        time.sleep(0.001)
    clock.advance(seconds)


def seen(practice: Practice, batch: Batch, fits: Callable[[Batch], bool]) -> Batch:
    """Return the batch as soon as it fits: the server's thread acts on what the clock says."""
    ends = time.monotonic() + 20
    while time.monotonic() < ends:
        found = practice.client.batches.retrieve(batch.id)
        if fits(found):
            return found
        time.sleep(0.02)  # longer than a virtual clock wants quiet before it jumps
    raise AssertionError(f"the batch stayed {found.status}: {found}")


def status(wanted: str) -> Callable[[Batch], bool]:
    return lambda batch: batch.status == wanted


def results(practice: Practice, file_id: str | None) -> list[dict[str, Any]]:
    assert file_id is not None
    text = practice.client.files.content(file_id).text
    return [json.loads(one) for one in text.splitlines()]


@pytest.mark.parametrize("endpoint", BODIES)
def test_each_line_is_answered_as_if_it_came_alone(practice: Practice, endpoint: str) -> None:
    """The output has each line's id, status and body, which passes as the endpoint's own."""
    done = seen(
        practice,
        begin(practice, [line(1, endpoint), line(2, endpoint)], endpoint),
        status("completed"),
    )
    assert done.request_counts is not None
    assert done.request_counts.to_dict() == {"total": 2, "completed": 2, "failed": 0}
    assert done.error_file_id is None
    found = {one["custom_id"]: one for one in results(practice, done.output_file_id)}
    assert set(found) == {"line-1", "line-2"}
    alone = practice.http.post(endpoint.removeprefix("/v1"), json=BODIES[endpoint]).json()
    body = found["line-1"]["response"]["body"]
    assert found["line-1"]["response"]["status_code"] == 200
    own = {"id", "created", "created_at", "completed_at", "output"}  # what a request has of its own
    assert {k: v for k, v in body.items() if k not in own} == {
        k: v for k, v in alone.items() if k not in own
    }


def test_a_batch_goes_through_its_statuses_on_the_clock(still: Practice) -> None:
    """Validating, in progress with a rising count, finalizing, completed: each in its time."""
    batch = begin(still, [line(number) for number in range(40)], metadata={"run": "7"})
    assert (batch.status, batch.metadata) == ("validating", {"run": "7"})
    begun = batch.created_at
    advance(still, VALIDATING)
    running = seen(still, batch, status("in_progress"))
    assert running.request_counts is not None
    assert running.request_counts.to_dict() == {"total": 40, "completed": 0, "failed": 0}
    advance(still, LINE, asleep=32)
    running = seen(still, batch, lambda now: now.request_counts.completed == 32)  # type: ignore[union-attr]  # a batch of ours has counts
    advance(still, LINE, asleep=8)
    ending = seen(still, batch, status("finalizing"))
    assert ending.output_file_id is None
    advance(still, FINALIZING)
    done = seen(still, batch, status("completed"))
    assert done.request_counts is not None
    assert done.request_counts.completed == 40
    moments = (done.in_progress_at, done.finalizing_at, done.completed_at)
    assert moments == (begun + 2, begun + 3, begun + 4)
    assert done.expires_at == begun + 24 * 3600


def test_the_discount_is_in_the_ledger_and_the_usage_in_the_batch(practice: Practice) -> None:
    """Every line is a call of its own at the batch price; the batch sums their tokens."""
    done = seen(practice, begin(practice, [line(1), line(2)]), status("completed"))
    calls = [call for call in practice.provider.ledger if call.path == CHAT]
    assert len(calls) == 2
    for call in calls:
        assert call.usage is not None
        whole = price(call.version, call.usage, call.received)
        assert call.price == price(call.version, call.usage, call.received, batch=True) < whole
        assert call.headers["practice-batch"] == done.id
    assert done.usage is not None
    assert done.usage.total_tokens == sum(call.usage.total for call in calls if call.usage)
    assert done.model == calls[0].version


def test_a_line_that_is_refused_fails_alone(practice: Practice) -> None:
    """It goes to the error file with its status; the others go on."""
    bad = line(2) | {"body": BODIES[CHAT] | {"messages": "no list"}}
    done = seen(practice, begin(practice, [line(1), bad, line(3)]), status("completed"))
    assert done.request_counts is not None
    assert done.request_counts.to_dict() == {"total": 3, "completed": 2, "failed": 1}
    (failed,) = results(practice, done.error_file_id)
    assert failed["custom_id"] == "line-2"
    assert failed["response"]["status_code"] == 400
    assert failed["response"]["body"]["error"]["param"] == "messages"
    found = {one["custom_id"] for one in results(practice, done.output_file_id)}
    assert found == {"line-1", "line-3"}


def test_the_limits_per_minute_are_not_for_batches(serving: Serving) -> None:
    """A batch of more than a minute's requests runs, and leaves them to others."""
    practice = serving(clock=VirtualClock())
    card = practice.provider.card("practice-small")
    practice.provider.cards = {card.version: replace(card, requests_per_minute=3)}
    done = seen(practice, begin(practice, [line(n) for n in range(10)]), status("completed"))
    assert done.request_counts is not None
    assert done.request_counts.failed == 0
    for _ in range(3):
        practice.client.chat.completions.create(**BODIES[CHAT])
    with pytest.raises(openai.RateLimitError):
        practice.client.chat.completions.create(**BODIES[CHAT])


@pytest.mark.parametrize(
    ("lines", "code", "at"),
    [
        ([], "empty_file", None),
        ([line(1), "no object"], "invalid_json_line", 2),
        ([line(1), line(1)], "duplicate_custom_id", 2),
        ([line(1) | {"method": "GET"}], "invalid_method", 1),
        ([line(1, RESPONSES)], "invalid_url", 1),
        ([{"custom_id": "a", "method": "POST", "url": CHAT}], "missing_required_parameter", 1),
        ([line(1, model="gpt-9")], "model_not_found", 1),
        ([line(1), line(2, model="practice-large")], "mismatched_model", 2),
        ([line(1, stream=True)], "invalid_value", 1),
    ],
)
def test_a_bad_file_fails_before_anything_runs(
    practice: Practice, lines: list[Any], code: str, at: int | None
) -> None:
    """The batch names the line and what is wrong with it; nothing is answered or billed."""
    failed = seen(practice, begin(practice, lines), status("failed"))
    assert failed.errors is not None
    assert failed.errors.data is not None
    assert (failed.errors.data[0].code, failed.errors.data[0].line) == (code, at)
    assert [call.price for call in practice.provider.ledger if call.price is not None] == []


def test_a_file_that_is_no_json_fails(practice: Practice) -> None:
    """Bytes that are no text fail on their line."""
    file = practice.client.files.create(file=("a.jsonl", b"\xff\xfe\n{}\n"), purpose="batch")
    batch = practice.client.batches.create(
        input_file_id=file.id, endpoint=RESPONSES, completion_window="24h"
    )
    failed = seen(practice, batch, status("failed"))
    assert failed.errors is not None
    assert failed.errors.data is not None
    assert [one.line for one in failed.errors.data] == [1, 2]


def test_a_cancelled_batch_keeps_what_is_done(still: Practice) -> None:
    """Lines that ran are in the output; the rest never runs; a second cancel changes nothing."""
    batch = begin(still, [line(number) for number in range(40)])
    advance(still, VALIDATING)
    seen(still, batch, status("in_progress"))
    advance(still, LINE, asleep=32)
    seen(still, batch, lambda now: now.request_counts.completed == 32)  # type: ignore[union-attr]  # a batch of ours has counts
    cancelling = still.client.batches.cancel(batch.id)
    assert cancelling.status == "cancelling"
    assert still.client.batches.cancel(batch.id) == cancelling
    advance(still, LINE, asleep=8)
    advance(still, FINALIZING)
    ended = seen(still, batch, status("cancelled"))
    assert len(results(still, ended.output_file_id)) == 40
    # The eight that had begun were let finish: nothing that is paid for is lost.
    with pytest.raises(openai.ConflictError, match="Cannot cancel"):
        still.client.batches.cancel(batch.id)


def test_a_batch_that_is_late_expires(still: Practice) -> None:
    """What the window did not let run is in the error file, by name."""
    batch = begin(still, [line(1), line(2)])
    advance(still, 25 * 3600)
    seen(still, batch, lambda now: now.request_counts.failed == 2)  # type: ignore[union-attr]  # a batch of ours has counts
    advance(still, FINALIZING)
    ended = seen(still, batch, status("expired"))
    found = results(still, ended.error_file_id)
    assert [one["error"]["code"] for one in found] == ["batch_expired"] * 2
    assert [one["response"] for one in found] == [None, None]


def test_output_files_expire_where_that_is_asked(still: Practice) -> None:
    """An hour after they were written, in this case."""
    after: Any = {"anchor": "created_at", "seconds": 3600}
    batch = begin(still, [line(1)], output_expires_after=after)
    for seconds, wanted in (
        (VALIDATING, "in_progress"),
        (LINE, "finalizing"),
        (FINALIZING, "completed"),
    ):
        advance(still, seconds)
        done = seen(still, batch, status(wanted))
    assert results(still, done.output_file_id)
    advance(still, 3600, asleep=0)
    with pytest.raises(openai.NotFoundError):
        still.client.files.content(done.output_file_id or "")


def test_batches_are_listed_by_pages(practice: Practice) -> None:
    """Newest first."""
    made = [begin(practice, [line(1)]).id for _ in range(3)]
    assert [one.id for one in practice.client.batches.list(limit=2)] == made[::-1]


@pytest.mark.parametrize(
    ("changed", "http", "param"),
    [
        ({"input_file_id": "file-none"}, 400, "input_file_id"),
        ({"endpoint": "/v1/moderations"}, 400, "endpoint"),
        ({"completion_window": "1h"}, 400, "completion_window"),
        ({"input_file_id": None}, 400, "input_file_id"),
    ],
)
def test_bad_batches_are_refused(
    practice: Practice, changed: dict[str, Any], http: int, param: str
) -> None:
    """Before anything is kept."""
    file = practice.client.files.create(file=("a.jsonl", b"{}"), purpose="batch")
    body = {"input_file_id": file.id, "endpoint": CHAT, "completion_window": "24h"} | changed
    answer = practice.http.post("/batches", json=body)
    assert (answer.status_code, answer.json()["error"]["param"]) == (http, param)
    assert practice.client.batches.list().data == []


def test_a_file_of_another_purpose_is_no_batch(practice: Practice) -> None:
    """Only what was uploaded for batches can be run."""
    file = practice.client.files.create(file=("a.jsonl", b"{}"), purpose="user_data")
    with pytest.raises(openai.BadRequestError, match="wrong purpose"):
        practice.client.batches.create(
            input_file_id=file.id, endpoint=RESPONSES, completion_window="24h"
        )


def test_an_unknown_batch_is_not_found(practice: Practice) -> None:
    """Neither to show nor to cancel."""
    for ask in (practice.client.batches.retrieve, practice.client.batches.cancel):
        with pytest.raises(openai.NotFoundError, match="No batch found"):
            ask("batch_none")
