"""Lesson 20 over many cases: copied values are no full marks; its detector makes no error."""

from __future__ import annotations

from random import Random
from types import ModuleType
from typing import Any

import pytest

from autograder import content
from tests.bench.copies import few_copies_are_full
from tests.notebooks.conftest import judge, lesson, solved

__all__ = ["judge", "lesson", "solved"]
pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
LESSON = "20_is_it_grounded"
PAIRS = 400
CASES = 3_000


@pytest.mark.parametrize("task", [task.id for task in content.course().lesson(LESSON).tasks])
def test_values_of_another_case_are_not_full_marks(
    solved: dict[str, Any], task: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the reference returned on one case, call by call, falls short on the next case."""
    few_copies_are_full(LESSON, task, solved[task], PAIRS, capsys)


def test_the_references_detector_makes_no_error(
    solved: dict[str, Any], judge: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of some 190,000 claims is flagged exactly when it is a near miss."""
    claims, wrong = 0, []
    for seed in range(CASES):
        every = [
            said for some in judge._paired(Random(seed)).values() for pair in some for said in pair
        ]
        scores = solved["detect_unsupported"](
            [said.text for said in every], [said.about for said in every]
        )
        claims += len(every)
        wrong += [
            said for said, score in zip(every, scores, strict=True) if (score >= 0.5) != said.bad
        ]
    with capsys.disabled():
        print(f"\ndetect_unsupported: {len(wrong)} errors in {claims:,} claims of {CASES:,} cases")
    assert wrong == []
