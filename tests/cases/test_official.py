"""The official seat judges a record against the learner's own case, whatever is handed in."""

from __future__ import annotations

import inspect
import json
from typing import Any

import pytest

from autograder.authoring.corpus import Entry, read_corpus
from autograder.cases import digest
from autograder.content import course
from autograder.grading.submission import grade_notebook
from autograder.judging.judge import load_judge
from autograder.judging.learner import InProcess
from autograder.judging.seeds import case_seed, practice_seeds
from autograder.kernel import require_sandbox
from tests.cases.conftest import COURSE, LESSON
from tests.cases.records import case_of, handed_in, literal, solved, truth_of

TASKS = ("losses", "loss_record")
RECORDS = [
    entry
    for entry in read_corpus(COURSE / "notebooks/lessons" / LESSON / "corpus", TASKS)
    if entry.task == "loss_record"
]
ADA, BOB = 2**127 + 11, 2**127 + 12
pytestmark = [pytest.mark.usefixtures("parcels"), pytest.mark.timeout(300)]


def graded(record: str, learner: int = ADA, handed: dict[str, str] | None = None) -> Any:
    require_sandbox()

    def seeds(task: str) -> list[int]:
        return [learner] if task == "loss_record" else practice_seeds(LESSON, task, count=2)

    return grade_notebook(handed_in(record), LESSON, seeds, handed=handed)


def test_a_written_record_is_judged_against_the_own_case() -> None:
    """Full for one's own record; a friend's cites what is not there and earns little."""
    mine = graded(literal(truth_of(ADA)))
    assert {t: v.mark for t, v in mine.verdicts.items()} == {"losses": 2, "loss_record": 10}
    assert mine.notes == ()
    friend = graded(literal(truth_of(BOB))).verdicts["loss_record"]
    assert friend.mark <= 3
    assert friend.reason == "a cited note does not exist in this case"
    assert friend.seeds == (ADA,)


def test_load_gives_the_true_case_while_the_notebook_is_replayed() -> None:
    """What an open cell loaded is the case of the one who is graded; no file is there to read."""
    record = f"{inspect.getsource(solved)}\ndef loss_record(_): return solved(parcels)"
    assert graded(record).verdicts["loss_record"].full


def test_swapping_the_case_inside_the_sandbox_changes_only_the_own_answer() -> None:
    """Code that puts a friend's case where `load` looks is judged against its own all the same."""
    friend = json.dumps(case_of(BOB).public)
    swapped = f"""
import autograder.cases, json
autograder.cases.hold({{"parcels": {friend!r}}})
{inspect.getsource(solved)}
def loss_record(given):
    given.clear()
    return solved(json.loads({friend!r}))
"""
    verdict = graded(swapped).verdicts["loss_record"]
    assert verdict.mark <= 3
    assert "does not exist" in verdict.reason


def test_a_case_that_changed_since_it_was_released_is_left_to_a_person() -> None:
    """Another key or version gives no zero: the record stays unjudged, the other task is marked."""
    handed = {"parcels": digest(case_of(BOB).public)}
    found = graded(literal(truth_of(ADA)), handed=handed).verdicts
    assert found["loss_record"].broken
    assert "is not what this version" in found["loss_record"].note
    assert found["losses"].full
    same = {"parcels": digest(case_of(ADA).public)}
    assert graded(literal(truth_of(ADA)), handed=same).verdicts["loss_record"].full


@pytest.mark.parametrize("entry", RECORDS, ids=lambda entry: entry.name)
def test_both_seats_say_the_same_of_a_record(entry: Entry) -> None:
    """Score and reasons of every record in the corpus, in process and through the sandbox."""
    space: dict[str, Any] = {}
    exec(entry.code.source, space)
    here = load_judge(LESSON, "loss_record").score(InProcess(space), ADA)
    (there,) = graded(entry.code.source).verdicts["loss_record"].scores
    assert (there.value, there.steps) == (here.value, here.steps)


def test_nobody_gains_by_a_friends_record() -> None:
    """Of 400 pairs of learners none is full with the other's record; all are with their own."""
    lesson, full = course().lesson(LESSON), 0
    judge = load_judge(lesson.id, "loss_record")
    seeds = [case_seed(b"key", LESSON, "parcels", f"learner {n}") for n in range(401)]
    records = [truth_of(seed) for seed in seeds]
    for mine, theirs, seed in zip(records, records[1:], seeds, strict=False):
        assert judge.score(InProcess({"loss_record": lambda _, r=mine: r}), seed).full
        full += judge.score(InProcess({"loss_record": lambda _, r=theirs: r}), seed).full
    assert full == 0
