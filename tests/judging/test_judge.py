"""Finding a lesson's judges, and telling a broken one from a wrong answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import ContentError, JudgeBroken, UnknownLesson, UnknownTask
from autograder.judging import InProcess, judge_in_process, load_judge, load_probes

HEAD = "from autograder.checks import Ladder, Score, equal\n"


@pytest.fixture
def lesson(desk: Path, tmp_path: Path) -> Path:
    """Return the tiny lesson's folder."""
    return tmp_path / "course" / "notebooks" / "lessons" / "90_tiny"


def test_a_judge_comes_with_hint_reason_and_probes(lesson: Path) -> None:
    """Everything the card needs is loaded with it."""
    (lesson / "probe.py").write_text(
        "from json import dumps\n\ndef drive(space, x):\n    return x\n\ndef _own():\n    pass\n"
    )
    judge = load_judge("90_tiny", "double")
    assert judge.hint.startswith("Which operator")
    assert judge.why.startswith("One multiplication")
    assert list(judge.probes) == ["drive"]
    assert load_probes("90")["drive"]({}, 3) == 3


def test_unknown_names_are_refused(lesson: Path) -> None:
    """Lesson and task are looked up in the manifest."""
    with pytest.raises(UnknownLesson):
        load_judge("91_none", "double")
    with pytest.raises(UnknownTask):
        load_judge("90_tiny", "duble")


def test_a_manifest_that_contradicts_a_lesson_is_said(lesson: Path) -> None:
    """A task without its judge names the file and the remedy."""
    (lesson / "judge.py").write_text(HEAD)
    with pytest.raises(ContentError, match=r"90_tiny/judge.py has no function double.*Add it"):
        load_judge("90_tiny", "double")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("    return learner.call('double', 1)", "let a learner's fault escape"),
        ("    return {}['x']", "raised KeyError: 'x' on seed 7"),
        ("    return 1.0", "returned float, not a Score"),
        ("    return Ladder(learner)", "returned Ladder, not a Score"),
    ],
)
def test_a_broken_judge_gives_no_score(lesson: Path, body: str, said: str) -> None:
    """Its fault is named as the course's, whatever the answer was."""
    (lesson / "judge.py").write_text(f"{HEAD}\ndef double(learner, seed):\n{body}\n")
    judge = load_judge("90_tiny", "double")
    with pytest.raises(JudgeBroken, match=said):
        judge.score(InProcess({}), 7)


def test_the_reference_scores_full_and_the_stub_nothing(lesson: Path) -> None:
    """The practice seat as a plain function."""

    def double(number: float) -> float:
        if isinstance(number, str):
            raise TypeError
        return 2 * number

    assert [s.value for s in judge_in_process("90_tiny", "double", {"double": double}, [1, 2])] == [
        1.0,
        1.0,
    ]
    assert [s.value for s in judge_in_process("90_tiny", "double", {}, [1, 2])] == [0.0, 0.0]
