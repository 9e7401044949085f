"""Lesson 34: the values of another learner's case are never full marks, records included."""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest

from autograder.judging import judge_in_process
from tests.bench.copies import few_copies_are_full
from tests.notebooks.conftest import lesson, solved

__all__ = ["lesson", "solved"]
pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
LESSON = "34_incident_command"
PAIRS = 400
GRADED = 5  # cases on which a function is graded


@pytest.mark.parametrize("task", ["time_to_restore", "escalate", "handover", "runbook"])
def test_values_of_another_case_are_not_full_marks(
    solved: dict[str, Any], task: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the reference returned on one case, call by call, falls short on the next case.

    For `handover` and `runbook` that is a friend's record, handed in for one's own case.
    """
    few_copies_are_full(LESSON, task, solved[task], PAIRS, capsys)


@pytest.mark.parametrize("task", ["diagnose", "next_step"])
def test_decisions_on_other_cases_are_not_full_marks(
    solved: dict[str, Any], task: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A few kinds of decision repeat from case to case, but not on all cases of a grade."""
    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        replies.append(solved[task](*args))
        return replies[-1]

    full = []
    for seed in range(PAIRS + 1):
        if replies:
            copied = cycle(tuple(replies))
            answer = {task: lambda *_: next(copied)}  # noqa: B023  # called at once
            full.append(judge_in_process(LESSON, task, answer, [seed])[0].full)
            replies.clear()
        judge_in_process(LESSON, task, {task: remember}, [seed])
    grades = [all(full[i : i + GRADED]) for i in range(0, PAIRS, GRADED)]
    with capsys.disabled():
        print(f"\n{task}: {sum(full)} of {PAIRS} copied cases full, {sum(grades)} grades of five")
    assert not any(grades)
