"""Several cases of one task, put together."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.checks import Score, Step
from autograder.errors import Missing
from autograder.judging import InProcess, load_judge
from autograder.judging.verdict import Verdict, combine, judge_cases, unreached


def score(value: float, *passed: bool) -> Score:
    """Return a score of steps named s0, s1 and so on."""
    return Score(
        value, tuple(Step(f"s{i}", 1, p, "" if p else f"r{i}") for i, p in enumerate(passed))
    )


def test_the_fraction_is_the_mean_over_cases(desk: Path) -> None:
    """Each case counts the same."""
    judge = load_judge("90_tiny", "double")
    verdict = combine(judge, (score(1.0, True), score(0.5, False)), [1, 2])
    assert verdict.fraction == 0.75
    assert verdict.mark == 3.0


def test_a_judge_may_ask_for_the_minimum(desk: Path) -> None:
    """`aggregate = "minimum"` makes the worst case decide."""
    judge = load_judge("90_tiny", "double")

    def strict(learner: Any, seed: int) -> Score:
        return judge.function(learner, seed)

    strict.aggregate = "minimum"  # type: ignore[attr-defined]  # how a judge says it
    verdict = combine(
        replace(judge, function=strict), (score(1.0, True), score(0.5, False)), [1, 2]
    )
    assert verdict.fraction == 0.5


def test_full_is_every_step_on_every_case() -> None:
    """Rounding never makes or breaks full marks."""
    ones = tuple(score(1.0, True) for _ in range(3))
    assert Verdict("t", 3, 0.9999999999, ones, (1, 2, 3)).mark == 3
    assert not Verdict("t", 3, 1.0, (*ones, score(1.0, True, False)), ()).full
    assert not Verdict("t", 3, 0.0).full


def test_steps_count_passes_and_keep_the_first_failure() -> None:
    """The order is the judge's, the failure the first case's."""
    verdict = Verdict("t", 1, 0.5, (score(0.5, True, False), score(1.0, True, True)), (1, 2))
    first, second = verdict.steps()
    assert (first.passed, first.cases, first.failure) == (2, 2, None)
    assert (second.passed, second.cases) == (1, 2)
    assert second.failure is not None
    assert second.failure.reason == verdict.reason == "r1"


def test_a_task_that_was_not_reached_says_why(desk: Path) -> None:
    """There is no score, but a reason."""
    verdict = unreached(load_judge("90_tiny", "double"), [1, 2], Missing("No such cell."))
    assert (verdict.mark, verdict.reason, verdict.steps()) == (0.0, "No such cell.", [])


def test_judging_is_the_same_every_time(desk: Path) -> None:
    """The same answer on the same seeds gives the same verdict."""
    judge = load_judge("90_tiny", "double")
    space = {"double": lambda n: n + n if n < 5 else 0}
    verdicts = [judge_cases(judge, InProcess(space), [1, 2, 3, 4]) for _ in range(3)]
    assert verdicts[0] == verdicts[1] == verdicts[2]
    assert 0 < verdicts[0].fraction < 1


@pytest.mark.parametrize("task", ["double", "limit"])
def test_an_empty_namespace_scores_nothing(desk: Path, task: str) -> None:
    """Nothing written earns nothing, with a reason."""
    verdict = judge_cases(load_judge("90_tiny", task), InProcess({}), [1, 2])
    assert verdict.fraction == 0.0
    assert verdict.reason.startswith("There is no")
