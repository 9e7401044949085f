"""References on thousands of fresh cases: a judge that fails on one case in a thousand is found.

`rungs truth` takes 200 seeds a submission. A class of 200 meets a thousand
cases of each task, so what is rarer than the truth table sees still happens to
somebody.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from autograder import content
from autograder.authoring.forks import Emit
from autograder.authoring.room import Limits, Room, Submission, replay
from autograder.errors import RungsError
from autograder.judging import InProcess, Judge
from autograder.judging.seeds import official_seeds

pytestmark = [pytest.mark.bench, pytest.mark.timeout(3600)]
CASES = 2000
OWN_CASES = 200  # of a task with a case for each learner, whose staging takes ten times as long


def trouble(submission: Submission, judge: Judge, transport: InProcess, emit: Emit) -> None:
    """Emit a sentence for each case that the reference does not solve."""
    count = OWN_CASES if submission.task.case else CASES
    for seed in official_seeds(b"rare", "", judge.lesson.id, judge.task.id, "", count):
        try:
            score = judge.score(transport, seed)
        except RungsError as err:
            emit(str(err))
            continue
        if not score.full:
            why = next(step.reason for step in score.steps if not step.passed)
            emit(f"{judge.task.id} on seed {seed}: {score.value:.2f}, {why}")


@pytest.mark.parametrize("lesson", [lesson.id for lesson in content.course().ready])
def test_the_reference_solves_rare_cases(lesson: str, say_last: Callable[[str], None]) -> None:
    """No judge fails on any of the cases, and none refuses the reference."""
    room = Room.open(content.course().lesson(lesson))
    wanted = [Submission(task, "reference") for task in room.lesson.tasks]
    found = []
    for submission, emitted, ended in replay(room, wanted, trouble, Limits(2, 1200.0)):
        found += [*emitted, *([f"{submission.task.id}: {ended}"] if ended else [])]
    say_last(f"{lesson}: {len(found)} of {CASES} cases of each of {len(wanted)} tasks not solved")
    assert found == []
