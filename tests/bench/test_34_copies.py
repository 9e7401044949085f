"""Lesson 34: the values of another learner's case are never full marks, records included."""

from __future__ import annotations

from typing import Any

import pytest

from autograder import content
from tests.bench.copies import few_copies_are_full
from tests.notebooks.conftest import lesson, solved

__all__ = ["lesson", "solved"]
pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
LESSON = "34_incident_command"
PAIRS = 400


@pytest.mark.parametrize("task", [task.id for task in content.course().lesson(LESSON).tasks])
def test_values_of_another_case_are_not_full_marks(
    solved: dict[str, Any], task: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the reference returned on one case, call by call, falls short on the next case.

    For `handover` and `runbook` that is a friend's record, handed in for one's own case.
    """
    few_copies_are_full(LESSON, task, solved[task], PAIRS, capsys)
