"""What one learner's values earn on another learner's case."""

from __future__ import annotations

from collections.abc import Callable
from itertools import cycle
from typing import Any

import pytest

from autograder.judging import judge_in_process

__all__ = ["few_copies_are_full"]
Function = Callable[..., Any]


def few_copies_are_full(
    lesson: str,
    task: str,
    answer: Function,
    pairs: int,
    capsys: pytest.CaptureFixture[str],
    **beside: Function,
) -> None:
    """Send what `answer` returned on one case, call by call, on the next; print and bound it.

    `answer` is full on every case; its copies may be in one pair of 200. What the judge
    asks of the functions `beside` it is copied in the same way.
    """
    functions = {task: answer, **beside}
    replies: dict[str, list[Any]] = {}
    scores: list[float] = []
    for seed in range(pairs + 1):
        if replies:
            copies = {name: _copying(made) for name, made in replies.items()}
            [other] = judge_in_process(lesson, task, copies, [seed])
            scores.append(1.0 if other.full else other.value)
        replies = {name: [] for name in functions}
        own = {name: _remembering(made, replies[name]) for name, made in functions.items()}
        [score] = judge_in_process(lesson, task, own, [seed])
        assert score.full
    full = scores.count(1.0)
    with capsys.disabled():
        print(
            f"\n{task}: {full} of {len(scores)} copies full, "
            f"mean score {sum(scores) / len(scores):.3f}, highest {max(scores):.2f}"
        )
    assert full <= 0.005 * len(scores)


def _remembering(answer: Function, replies: list[Any]) -> Function:
    def remember(*args: Any) -> Any:
        replies.append(answer(*args))
        return replies[-1]

    return remember


def _copying(replies: list[Any]) -> Function:
    copied = cycle(replies)
    return lambda *_: next(copied)
