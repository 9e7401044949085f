"""What one learner's values earn on another learner's case."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest

from autograder.judging import judge_in_process

__all__ = ["few_copies_are_full"]


def few_copies_are_full(
    lesson: str,
    task: str,
    answer: Callable[..., Any],
    pairs: int,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Send what `answer` returned on one case, call by call, on the next; print and bound it.

    `answer` is full on every case; its copies may be in one pair of 200.
    """
    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        replies.append(answer(*args))
        return replies[-1]

    scores: list[float] = []
    for seed in range(pairs + 1):
        if replies:
            copied = cycle(tuple(replies))
            [other] = judge_in_process(lesson, task, {task: lambda *_: next(copied)}, [seed])  # noqa: B023  # called at once
            scores.append(1.0 if other.full else other.value)
            replies.clear()
        [own] = judge_in_process(lesson, task, {task: remember}, [seed])
        assert own.full
    full = scores.count(1.0)
    with capsys.disabled():
        print(
            f"\n{task}: {full} of {len(scores)} copies full, "
            f"mean score {sum(scores) / len(scores):.3f}, highest {max(scores):.2f}"
        )
    assert full <= 0.005 * len(scores)
