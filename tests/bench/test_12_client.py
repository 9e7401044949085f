"""Lesson 12's client over 2,000 questions at 25 % faults, read from the ledger."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from autograder import content
from autograder.authoring.lesson import read_lesson
from autograder.provider import async_client
from autograder.provider.clock import WallClock
from autograder.provider.engine import Provider
from autograder.provider.faults.plan import FaultPlan
from autograder.provider.server import serve
from autograder.provider.verdict import verdict

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
LESSON = "12_survive_a_bad_provider"
QUESTIONS, UNDER_WAY = 2_000, 150
PLAN = "429(20ms):0.08,503:0.08,drop:0.05,sse-no-finish:0.04"
CELLS = (
    "import asyncio",
    "SPENT = {",
    "def connect(",
    "def pause(",
    "class Breaker",
    "class Steady",
)


def _namespace() -> dict[str, Any]:
    """Define the lesson's client, and run nothing else of the lesson."""
    lesson = read_lesson(content.lesson_dir(LESSON) / "lesson.py")
    namespace: dict[str, Any] = {"async_client": async_client}
    for cell in lesson.of_kind("code"):
        if any(word in cell.source for word in CELLS):
            body = cell.source.split("\n\nQUESTION")[0].split("\n\nasync def survey")[0]
            body = body.split("\n\nwith client(")[0]
            exec(compile(body.split("\n\nbreaker, waited")[0], LESSON, "exec"), namespace)
    return namespace


def test_ninety_nine_of_a_hundred_are_answered(capsys: pytest.CaptureFixture[str]) -> None:
    """With four attempts at least 99 % are answered, no cut stream is used, no herd returns."""
    namespace = _namespace()
    provider = Provider(12, WallClock(0), FaultPlan.parse(PLAN, 12))

    async def ask_all(base_url: str) -> list[Any]:
        async with namespace["connect"](base_url) as sdk:
            steady = namespace["Steady"](sdk, ["practice-small", "practice-large"])
            under_way = asyncio.Semaphore(UNDER_WAY)

            async def ask(number: int) -> Any:
                async with under_way:
                    return await steady.ask(f"Classify: Parcel {number}.\nLabels: late, lost")

            return list(await asyncio.gather(*map(ask, range(QUESTIONS))))

    with serve(provider) as server:
        answers = asyncio.run(ask_all(server.base_url))
    answered = sum(answer.source != "nobody" for answer in answers)
    calls = provider.ledger.totals.calls
    with capsys.disabled():
        print(f"\n{answered} of {QUESTIONS} answered in {calls} requests")
    assert answered >= 0.99 * QUESTIONS
    assert calls < 1.5 * QUESTIONS
    assert {answer.text for answer in answers if answer.source != "nobody"} <= {"late", "lost"}
    wrong = verdict(provider.ledger).sins & {
        "ignored-retry-after",
        "retried-refusal",
        "retry-storm",
        "no-jitter",
    }
    assert wrong == set()
