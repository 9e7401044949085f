"""Partial credit as named steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from autograder.checks import Ladder, Score, Step, equal, require
from autograder.errors import ChannelBroken, LearnerFault, Missing, NotYetWritten, Raised, TooSlow
from autograder.judging import Learner
from autograder.testing import Scripted


def ladder(*results: Any) -> tuple[Ladder, Learner, Scripted]:
    """Return a ladder over a learner who gives these results in turn."""
    transport = Scripted()
    transport.enqueue(*results)
    learner = Learner(transport)
    return Ladder(learner), learner, transport


def test_score_is_the_share_of_weight() -> None:
    """Weights decide, not the number of steps."""
    steps, learner, _ = ladder(1, 2)
    with steps.step("light", 1):
        equal(learner.call("f"), 1)
    with steps.step("heavy", 3):
        equal(learner.call("f"), 3)
    score = steps.score()
    assert score.value == pytest.approx(0.25)
    assert not score.full
    assert score.reason == "the result is not what the task asks for."


def test_all_steps_passed_is_full() -> None:
    """Full means every step, and no reason is left."""
    steps, learner, _ = ladder(1)
    with steps.step("only"):
        equal(learner.call("f"), 1)
    score = steps.score()
    assert score == Score(1.0, (Step("only", 1.0, passed=True),))
    assert score.full
    assert score.reason == ""


def test_no_steps_score_nothing() -> None:
    """A ladder without a step gives 0 and does not divide by it."""
    assert ladder()[0].score().value == 0.0


def test_a_failed_step_does_not_stop_the_next() -> None:
    """Each step is tried on its own."""
    steps, learner, _ = ladder(Raised("ValueError", "no"), 1)
    with steps.step("first"):
        learner.call("f", 7)
    with steps.step("second"):
        equal(learner.call("f", 8), 1)
    first, second = steps.score().steps
    assert (first.passed, second.passed) == (False, True)
    assert (first.call, first.reason) == ("f(7)", "raised ValueError: no")


def test_after_keeps_a_step_from_being_tried() -> None:
    """Nothing is called behind a failed step, and the card can say so."""
    steps, learner, transport = ladder(2)
    with steps.step("first"):
        equal(learner.call("f"), 1)
    with steps.step("second", after="first"):
        equal(learner.call("f"), 1)
        raise AssertionError("the body ends at its first call")
    assert steps.score().steps[1].reason == "Not tried: the step “first” comes first."
    assert len(transport.history) == 1


def test_after_an_unknown_step_is_the_judges_mistake() -> None:
    """A misspelt name is not held against the learner."""
    steps, _, _ = ladder()
    with pytest.raises(ValueError, match="no earlier step"), steps.step("x", after="never"):
        pass


@pytest.mark.parametrize(
    "fault", [Missing("gone"), NotYetWritten("empty"), TooSlow("slow"), ChannelBroken("dead")]
)
def test_a_final_fault_ends_the_ladder(fault: LearnerFault) -> None:
    """Where nothing more can come, later steps fail with the same reason, uncalled."""
    steps, learner, transport = ladder(fault)
    with steps.step("first"):
        learner.call("f")
    with steps.step("second"):
        learner.call("f")
    assert [s.reason for s in steps.score().steps] == [str(fault)] * 2
    assert len(transport.history) == 1
    learner_works_again: Callable[..., Any] = learner.call
    with pytest.raises(AssertionError, match="nothing is enqueued"):
        learner_works_again("f")


def test_a_blocked_body_may_use_what_an_earlier_step_never_set() -> None:
    """A NameError behind a failed step is not a broken judge."""
    steps, learner, _ = ladder(0)
    with steps.step("first"):
        require(learner.call("f") == 1, "one, please")
        value = 1
    with steps.step("second", after="first"):
        equal(value, 1)
    assert not steps.score().steps[1].passed


def test_a_failed_comparison_shows_the_last_result() -> None:
    """Where a word gives no `got`, the last result is shown."""
    steps, learner, _ = ladder([3, 4])
    with steps.step("sum"):
        learner.call("f", [1], k=2)
        require(False, "no")
    (step,) = steps.score().steps
    assert (step.call, step.got) == ("f([1], k=2)", "[3, 4]")


def test_an_error_of_the_judge_passes_through() -> None:
    """A ladder hides nothing that is not the learner's."""
    steps, _, _ = ladder()
    with pytest.raises(ZeroDivisionError), steps.step("x"):
        _ = 1 / 0
