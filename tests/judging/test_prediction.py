"""Predictions are kept, shown back, and never marked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from autograder import predict
from autograder.judging import prediction
from autograder.judging.attempts import Attempts
from autograder.judging.prediction import compared


@pytest.fixture(autouse=True)
def _fresh_kernel(desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start each test with nothing said yet."""
    forget(monkeypatch)


def forget(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave only what is on disk, as a new kernel would."""
    monkeypatch.setattr(prediction, "_SPOKEN", {})
    monkeypatch.setattr(prediction, "_SHOWN", set())


@pytest.mark.parametrize("restarted", [False, True])
def test_after_the_outcome_the_first_prediction_stays(
    restarted: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be changed before the outcome and run again after it, but not changed after it."""
    predict("share", 0.2)
    predict("share", 0.3)
    predict("share", actual=0.5)
    capsys.readouterr()
    if restarted:
        forget(monkeypatch)
    predict("share", 0.3)
    assert capsys.readouterr().out == "Kept: share = 0.3\n"
    predict("share", 0.5)
    assert capsys.readouterr().out == (
        "Your prediction of share before the outcome was 0.3; it stays.\n"
    )
    predict("share", actual=0.5)
    assert "you predicted 0.3" in capsys.readouterr().out


def test_a_prediction_may_follow_an_outcome_that_had_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who ran all cells first can still go back and predict."""
    predict("share", ...)
    predict("share", actual=0.5)
    predict("share", 0.4)
    predict("share", actual=0.5)
    assert "Kept: share = 0.4\nshare: you predicted 0.4" in capsys.readouterr().out


def test_the_dots_ask_for_a_prediction(capsys: pytest.CaptureFixture[str]) -> None:
    """A cell left alone says what to do and stops nothing."""
    predict("ratio", ...)
    assert capsys.readouterr().out.startswith("No prediction of ratio yet. Write yours")


def test_a_prediction_is_kept_and_shown_back(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It outlives the kernel and comes back beside what happened."""
    predict("ratio", 4.5)
    assert capsys.readouterr().out == "Kept: ratio = 4.5\n"
    forget(monkeypatch)
    predict("ratio", actual=5.0)
    assert capsys.readouterr().out == (
        "ratio: you predicted 4.5, it came out as 5.0. "
        "Yours is 0.9 times what happened, too low by 0.5.\n"
    )


def test_the_outcome_without_a_prediction_is_shown_alone(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Nothing kept is said, not held against anyone."""
    predict("ratio", actual=np.float64(5.0))
    assert capsys.readouterr().out == "ratio came out as 5.0. You kept no prediction of it.\n"


def test_the_book_shows_the_outcome_and_no_more(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader of a page was asked for no prediction."""
    monkeypatch.setenv("RUNGS_SEAT", "book")
    predict("ratio", actual=5.0)
    assert capsys.readouterr().out == "ratio came out as 5.0.\n"


@pytest.mark.parametrize(
    ("predicted", "actual", "said"),
    [
        ("4", "4.0", "That is what you predicted."),
        ("'bm25'", "'bm25'", "That is what you predicted."),
        ("'bm25'", "'dense'", "it came out as 'dense'."),
        ("10", "5", "Yours is 2 times what happened, too high by 5."),
        ("-1", "5", "Yours is too low by 6."),
        ("3", "0", "Yours is too high by 3."),
        ("[1, 2]", "[2, 1]", "it came out as [2, 1]."),
        ("True", "2", "it came out as 2. Yours is 0.5 times what happened, too low by 1."),
    ],
)
def test_numbers_are_compared_and_other_things_shown(
    predicted: str, actual: str, said: str
) -> None:
    """Ratio and difference for numbers, both values for anything."""
    assert compared("x", predicted, actual).endswith(said)


@pytest.mark.parametrize("value", [object(), "x" * 10_000, float("nan"), None, [1], np.arange(3)])
def test_any_value_may_be_predicted(value: object, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing that a learner writes there raises."""
    predict("x", value)
    predict("x", actual=value)
    assert len(capsys.readouterr().out) < 2000


class Unprintable:
    """A value without a printed form."""

    def __repr__(self) -> str:
        raise ZeroDivisionError


def test_an_unprintable_value_is_named_by_its_type(capsys: pytest.CaptureFixture[str]) -> None:
    """Even then nothing raises."""
    predict("x", Unprintable())
    assert capsys.readouterr().out == "Kept: x = a Unprintable that cannot be printed\n"


def test_in_the_official_seat_nothing_happens(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A prediction costs and earns nothing, and leaves no trace of grading."""
    monkeypatch.setenv("RUNGS_SEAT", "official")
    predict("ratio", 4)
    predict("ratio", actual=4)
    assert capsys.readouterr().out == ""
    assert Attempts().prediction("desk", "ratio") is None


@pytest.mark.parametrize("seat", ["book", "fresh"])
def test_a_replay_keeps_nothing_on_disk(
    seat: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A replay shows the comparison and leaves the learner's record alone."""
    monkeypatch.setenv("RUNGS_SEAT", seat)
    predict("ratio", 4)
    predict("ratio", actual=4)
    assert "That is what you predicted." in capsys.readouterr().out
    monkeypatch.delenv("RUNGS_SEAT")
    assert Attempts().prediction("desk", "ratio") is None
