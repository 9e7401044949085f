"""Staging and judging cases: what is sealed, what is plain, what a course's judges must keep to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder import content
from autograder.authoring import misconceptions
from autograder.authoring.opened import closed_to_readers
from autograder.authoring.room import Limits, Room
from autograder.authoring.trials import Cache
from autograder.authoring.truth import fill
from autograder.checks import Ladder, Score, equal
from autograder.errors import ContentError, JudgeBroken
from autograder.judging.case import Case, CaseJudge, case_judge, case_task, open_score
from autograder.judging.judge import Judge, load_judge
from autograder.judging.learner import InProcess, Learner
from autograder.judging.seeds import case_seed, official_seeds
from autograder.manifest import Task
from tests.cases.conftest import LESSON

KEY = b"k" * 64


def stage(seed: int) -> Case:
    return Case({"seen": [seed % 7]}, truth=seed)


def judged(sealed: tuple[str, ...]) -> Judge:
    """Judge a record with one open and one sealed step."""

    @case_task(stage, sealed=sealed)
    def note(learner: Learner, case: Case) -> Score:
        ladder = Ladder(learner)
        with ladder.step("open", 1):
            equal(learner.call("note", case.public)["seen"], case.public["seen"])
        with ladder.step("closed", 3, after="open"):
            equal(learner.call("note", case.public)["found"], case.truth)
        return ladder.score()

    lesson = content.course().lessons[0]
    return Judge(lesson, Task(id="note", points=4, case="stage"), note)


def answers(found: int) -> InProcess:
    return InProcess({"note": lambda public: {"seen": public["seen"], "found": found}})


def test_the_truth_decides_in_one_seat_and_is_not_there_in_the_other() -> None:
    """The same judge: full, part, and undecided; the share of what is open is by weight."""
    judge = judged(("closed",))
    assert judge.score(answers(9), 9).full
    assert judge.score(answers(8), 9).value == 0.25
    opened = open_score(judge, answers(8), stage(9).public)
    assert opened.score.full
    assert [step.name for step in opened.score.steps] == ["open"]
    assert (opened.share, opened.sealed) == (0.25, ("closed",))
    failed = open_score(judge, InProcess({}), stage(9).public)
    assert (failed.score.value, failed.share) == (0.0, 0.25)


def test_a_judge_that_names_the_wrong_steps_is_broken() -> None:
    """Truth in an open step shows in practice, a name that is no step in the official seat."""
    with pytest.raises(JudgeBroken, match=r"\['closed'\] need the truth"):
        open_score(judged(()), answers(9), stage(9).public)
    with pytest.raises(JudgeBroken, match="a check has nothing to say"):
        open_score(judged(("open", "closed")), answers(9), stage(9).public)
    with pytest.raises(JudgeBroken, match=r"\['onset'\] are named as sealed"):
        judged(("closed", "onset")).score(answers(9), 9)


def test_a_public_view_is_plain() -> None:
    """A judge sees what a learner reads; anything that JSON cannot say is refused."""
    assert Case({"pair": (1, 2)}).public == {"pair": [1, 2]}
    for strange in ({1, 2}, float("nan"), Path()):
        with pytest.raises(ContentError, match="not plain JSON"):
            Case({"strange": strange})


def test_an_ordinary_judge_is_not_taken_for_one(parcels: None) -> None:
    """The message shows the line that is missing."""
    judge = load_judge(LESSON, "losses")
    with pytest.raises(ContentError, match="@case_task"):
        case_judge(judge)
    assert isinstance(load_judge(LESSON, "loss_record").function, CaseJudge)


def test_a_case_is_of_one_learner_and_one_lesson() -> None:
    """128 bits, stable, apart from every other learner's, lesson's, case's and task's."""
    mine = case_seed(KEY, "26_a", "incident", "ada")
    assert mine == case_seed(KEY, "26_a", "incident", "ada")
    assert any(case_seed(KEY, "26_a", "incident", str(n)) >= 2**120 for n in range(20))
    others = {
        case_seed(b"x" * 64, "26_a", "incident", "ada"),
        case_seed(KEY, "26_a", "incident", "bob"),
        case_seed(KEY, "26_b", "incident", "ada"),
        case_seed(KEY, "26_a", "incidenta", "da"),
        *official_seeds(KEY, "case", "26_a", "incident", "ada", 5),
    }
    assert len(others | {mine}) == 10


def test_the_truth_table_runs_a_case_task_on_many_seeds(parcels: None) -> None:
    """Stub, reference, right and wrong records get what they declare, each on its own case."""
    room = Room.open(content.course().lesson(LESSON))
    tables = fill(room, room.lesson.tasks, 25, Cache(None), Limits(jobs=2))
    assert [p for table in tables for p in table.all_problems()] == []
    assert {len(row.trial.values) for row in tables[1].rows} == {25}


def test_known_mistakes_are_kept_for_plain_tasks_only(parcels: None) -> None:
    """A record of one's own case is like no answer to a practice case."""
    room = Room.open(content.course().lesson(LESSON))
    made: dict[str, Any] = json.loads(misconceptions.render(room, Limits()))
    assert set(made["tasks"]) == {"losses"}


@pytest.mark.timeout(300)
def test_every_right_record_passes_by_the_pack_alone(parcels: None) -> None:
    """In the fixture and in every lesson of the course that has a case."""
    rooms = [Room.open(content.course().lesson(LESSON))]
    assert list(closed_to_readers(rooms[0], rooms[0].lesson.tasks, Limits())) == []


@pytest.mark.timeout(300)
def test_every_case_of_the_course_is_open_to_its_reader() -> None:
    """A right record of every lesson passes its check, and no public view names its seed."""
    seed = 2**127 + 2**63 + 1
    for lesson in content.course().lessons:
        if lesson.cases and lesson.status == "ready":
            room = Room.open(lesson)
            assert list(closed_to_readers(room, lesson.tasks, Limits(jobs=2))) == []
        for task in lesson.tasks:
            if task.case and lesson.status == "ready":
                text = case_judge(load_judge(lesson.id, task.id)).stage(seed).text
                assert str(seed) not in text
                assert f"{seed:x}" not in text
