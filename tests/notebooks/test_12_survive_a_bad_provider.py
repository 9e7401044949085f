"""Lesson 12's figures, references, judges and prose say the same thing."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import openai
import pytest

from autograder import content
from autograder.authoring.lesson import Lesson
from autograder.judging import judge_in_process
from autograder.provider.clock import WallClock
from autograder.provider.engine import Provider
from autograder.provider.faults.plan import FaultPlan
from autograder.provider.server import serve

LESSON = "12_survive_a_bad_provider"
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    outcomes = dict(solved["outcomes"])
    assert 10 <= outcomes.pop("requests_all_down") < 60
    assert outcomes == {
        "quota_requests": 3,
        "anthropic_tokens": 1600,
        "answered_of_100": 99.6,
        "silent_halves": 2,
        "refunds_sent": 3,
        "load_factor": 4.0,
        "seconds_lost": 14.0,
        "usd_calm": 16.0,
        "usd_with_cuts": 20.0,
        "cache_recall": 0.75,
    }
    assert solved["waited"] == 14.0


def test_the_sdk_fails_as_the_first_table_says(solved: dict[str, Any]) -> None:
    """A page is a str, half a stream a success, and the defaults are two retries and 600 s."""
    outcomes = dict(zip([fault for fault, _ in solved["trials"]], solved["seen"], strict=True))
    assert outcomes["html-200"][0].startswith("str: <!doctype")
    assert outcomes["sse-no-finish"] == ("str: Quick answer: Refunds", 1)
    assert outcomes["400"] == ("raises BadRequestError", 1)
    assert outcomes["429(50ms)@1"][1] == 2
    assert openai.DEFAULT_MAX_RETRIES == 2
    assert openai.DEFAULT_TIMEOUT.read == 600


def test_the_figure_shows_what_the_text_reads(solved: dict[str, Any]) -> None:
    """The wall, the multiplied load, and the budget that holds it."""
    assert round(solved["peak"]["restart, no jitter"]) == 52
    assert round(solved["peak"]["restart, jitter"], 1) == 5.8
    assert round(solved["worst_second"]["restart, no jitter"], 1) == 6.6
    assert round(solved["worst_second"]["restart, jitter"], 1) == 5.3
    assert round(solved["factor"]["outage, jitter and budget"], 1) == 1.1
    assert round(solved["worst_second"]["outage, jitter and budget"], 1) == 1.4


def test_attempts_are_worth_what_the_text_says(solved: dict[str, Any]) -> None:
    """Four attempts answer 99 % of 2,000 calls but for 1 run in 10,000; three seldom do."""
    for attempts, exact in ((3, 0.984375), (4, 0.99609375)):
        assert solved["answered"][attempts] == pytest.approx(exact, abs=1e-3)
    assert [round(2000 * 0.25**attempts) for attempts in (3, 4)] == [31, 8]

    def at_most(lost: int, chance: float) -> float:
        terms = (
            math.comb(2000, n) * chance**n * (1 - chance) ** (2000 - n) for n in range(lost + 1)
        )
        return math.fsum(terms)

    assert 1 - at_most(20, 0.25**4) < 1e-4
    assert at_most(20, 0.25**3) < 3e-2
    assert round((1 - 0.25**3) / (0.25**3 * 0.75)) == 84  # calls until three fail in a row


def test_the_client_keeps_its_promises(solved: dict[str, Any]) -> None:
    """Everybody is answered or told; a dead provider gets about 16 to 30 requests."""
    sources, requests = solved["sources"], solved["requests"]
    assert sources["25 % faults"]["nobody"] <= 3
    assert sources["25 % faults"]["practice-large"] >= 180
    assert sources["the large model is down"]["practice-small"] >= 195
    assert sources["the large model is down"]["practice-large"] == 0
    assert sources["all down"] == {"nobody": 200}
    assert requests["all down"] < 60


def test_examples_in_the_text_hold(solved: dict[str, Any]) -> None:
    """The worked example of every task is what its reference returns."""
    body = {
        "choices": [{"finish_reason": "length", "message": {"content": "Refunds take"}}],
        "usage": {"prompt_tokens": 30, "completion_tokens": 2},
    }
    read = solved["read_reply"]("openai", 200, {}, body)
    assert read == {"verdict": "repair", "text": "", "tokens": 32}
    assert solved["next_wait"](2, {"retry-after": "3"}, 1000.0, 1060.0, 0.5) == 4.0
    assert solved["next_wait"](2, {"retry-after": "3"}, 1000.0, 1004.9, 0.5) is None
    journal = [{"event": "ticket", "id": "T-1"}, {"event": "model_failed"}]
    assert solved["next_move"](journal) == {"move": "ask_model"}
    seen = solved["ride_out"]([0.0, 10.0], {"a": [[5, 60, "silent"]], "b": []}, ["a", "b"])
    assert seen == [
        {"from": "a", "degraded": False, "seconds": 1.0},
        {"from": "b", "degraded": True, "seconds": 3.0},
    ]


def test_examples_on_the_wire_hold(solved: dict[str, Any]) -> None:
    """One cut stream is one request; three jobs and one retry are four."""
    provider = Provider(12, WallClock(0), FaultPlan.parse("sse-no-finish"))
    with serve(provider) as server:
        got = solved["run"](solved["stream_answer"](server.base_url, solved["QUESTION"], 1, 30))
    assert got == {"outcome": "cut", "text": ""}
    assert provider.ledger.totals.calls == 1
    models = ["practice-large", "practice-small", "practice-large"]
    jobs = [{"model": m, "prompt": f"Say hello, {n}."} for n, m in enumerate(models)]
    plan = FaultPlan.parse("429(4ms)@first1&model=practice-large")
    provider = Provider(12, WallClock(0), plan)
    with serve(provider) as server:
        answers = solved["run"](solved["answer_all"](server.base_url, jobs, 1, 1))
    assert [answer is None for answer in answers] == [False, False, True]
    asked = [call.body["messages"][0]["content"][-2] for call in provider.ledger]
    assert asked == ["0", "1", "2", "0"]


def test_no_more_than_the_limit_with_more_slots(solved: dict[str, Any], judge: ModuleType) -> None:
    """The reference keeps to three slots, and uses them: the judge's case has two."""
    jobs = [{"model": "practice-small", "prompt": f"Say hello, {n}."} for n in range(9)]
    provider = Provider(12, WallClock(0), FaultPlan.parse("slow(50ms)"))
    with serve(provider) as server:
        answers = solved["run"](solved["answer_all"](server.base_url, jobs, 3, 0))
    assert None not in answers
    assert judge._in_flight(list(provider.ledger)) == 3


def test_dates_are_read_as_the_standard_writes_them(solved: dict[str, Any]) -> None:
    """Every form of an HTTP date that the e-mail parser knows asks for the same wait."""
    now = datetime(2026, 11, 2, 9, tzinfo=UTC)
    written = format_datetime(now.replace(second=30), usegmt=True)
    for header in (written, written.replace("GMT", "+0000")):
        got = solved["next_wait"](1, {"retry-after": header}, now.timestamp(), 9e9, 0.25)
        assert got == pytest.approx(30.25, abs=1e-6)


def test_the_breaker_of_the_lesson_is_the_judges(solved: dict[str, Any], judge: ModuleType) -> None:
    """On drawn histories both let through and skip alike."""
    draw = Random(12)
    for _ in range(200):
        ours, theirs, now = judge._Breaker(), solved["Breaker"](), 0.0
        for _ in range(40):
            now += draw.choice((1.0, 4.0, 12.0, 30.0))
            assert theirs.lets_through(now) == (now >= ours.until)
            if theirs.lets_through(now):
                ok = draw.random() < 0.3
                ours.record(ok, now)
                theirs.record(ok, now)


@pytest.mark.parametrize("task", TASKS)
def test_another_seed_is_another_case(solved: dict[str, Any], task: str) -> None:
    """Answers of one case, sent back on another, do not get full marks."""
    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        result = solved[task](*args)
        replies.append(solved["run"](result) if hasattr(result, "send") else result)
        return replies[-1]

    [first] = judge_in_process(LESSON, task, {task: remember}, [1])
    assert first.full
    again = iter(replies * 4)
    [second] = judge_in_process(LESSON, task, {task: lambda *args: next(again)}, [2])
    assert not second.full


def test_model_answer_keeps_to_its_length(lesson: Lesson) -> None:
    """The written part asks for at most 200 words and its model answer obeys."""
    [written] = lesson.with_role("written")
    model = re.sub(r"### (BEGIN|END) SOLUTION", "", written.source)
    assert len(model.split()) <= 200


def test_no_corpus_entry_needs_the_checkout() -> None:
    """Entries read no file and import nothing of the course's."""
    for path in sorted(Path(content.lesson_dir(LESSON) / "corpus").glob("*.py")):
        assert not re.search(
            r"(?<!\.)\bopen\(|\bautograder\b|\bload\(", path.read_text(encoding="utf-8")
        )
