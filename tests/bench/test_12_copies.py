"""Lesson 12 over many pairs of cases: what was right on one case is no full mark on another."""

from __future__ import annotations

from inspect import iscoroutinefunction
from itertools import cycle
from typing import Any

import pytest

from autograder import content
from autograder.judging import judge_in_process
from tests.notebooks.conftest import lesson, solved

__all__ = ["lesson", "solved"]
pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
LESSON = "12_survive_a_bad_provider"
PAIRS = 300


@pytest.mark.parametrize("task", [task.id for task in content.course().lesson(LESSON).tasks])
def test_values_of_another_case_are_not_full_marks(
    solved: dict[str, Any], task: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the reference returned on one case, call by call, falls short on the next case.

    On the wire the copier also sends what the reference would send, so that only the
    values can tell.
    """
    reference, copies, kept = solved[task], cycle([]), list[Any]()

    def keep(mine: Any) -> Any:
        kept.append(mine)
        return next(copies, mine)

    async def ask(*args: Any) -> Any:
        return keep(await reference(*args))

    def call(*args: Any) -> Any:
        return keep(reference(*args))

    answer = ask if iscoroutinefunction(reference) else call
    scores: list[float] = []
    for seed in range(PAIRS):
        copies = cycle([])
        kept.clear()
        [own] = judge_in_process(LESSON, task, {task: answer}, [seed])
        assert own.full
        copies = cycle(tuple(kept))
        [other] = judge_in_process(LESSON, task, {task: answer}, [PAIRS + seed])
        scores.append(1.0 if other.full else other.value)
    full = scores.count(1.0)
    with capsys.disabled():
        print(
            f"\n{task}: {full} of {PAIRS} copies full, mean score {sum(scores) / PAIRS:.3f}, "
            f"highest {max(scores):.2f}"
        )
    assert full <= 0.005 * PAIRS
