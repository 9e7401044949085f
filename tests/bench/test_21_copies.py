"""What the values of another learner's case earn in lesson 21: next to never full marks."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest

from autograder import content
from autograder.judging import judge_in_process
from tests.notebooks.conftest import lesson, solved

__all__ = ["lesson", "solved"]
pytestmark = [pytest.mark.bench, pytest.mark.timeout(300)]
LESSON = "21_calibrate_a_judge"
PAIRS = {"length_bias": 1_001}  # the one task whose bars leave room for several methods


@pytest.mark.parametrize("task", [task.id for task in content.course().lesson(LESSON).tasks])
def test_values_of_another_case_are_not_full_marks(
    solved: dict[str, Any], task: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the reference returned on one case, call by call, falls short on the next case."""
    pairs = PAIRS.get(task, 301)
    scores: list[float] = []
    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        replies.append(solved[task](*args))
        return replies[-1]

    for seed in range(pairs):
        copied = cycle(tuple(replies))
        if replies:
            [other] = judge_in_process(LESSON, task, {task: lambda *_: next(copied)}, [seed])  # noqa: B023  # called at once
            scores.append(1.0 if other.full else other.value)
            replies.clear()
        [own] = judge_in_process(LESSON, task, {task: remember}, [seed])
        assert own.full
    full = scores.count(1.0)
    with capsys.disabled():
        print(
            f"\n{task}: {full} of {len(scores)} copies full, "
            f"mean score {sum(scores) / len(scores):.3f}, highest {max(scores):.2f}"
        )
    assert full <= 0.005 * len(scores)
