"""How long a check and an official mark take; run by `make bench`, which prints the figures."""

import statistics
import time

import nbformat
import pytest

from autograder import content
from autograder.authoring.room import Limits, Room, replay
from autograder.grading import grade_notebook
from autograder.judging.seeds import practice_seeds
from autograder.judging.verdict import judge_cases

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
LESSONS = content.course().ready


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_a_check_answers_in_under_300_ms(lesson, capsys):
    """The median over a lesson's tasks, five cases each, judging the reference in process."""
    room = Room.open(lesson)

    def run(submission, judge, transport, emit):
        seeds = practice_seeds(lesson.id, submission.task.id)
        judge_cases(judge, transport, seeds)
        started = time.perf_counter()
        judge_cases(judge, transport, seeds)
        emit(time.perf_counter() - started)

    references = [s for t in lesson.tasks for s in room.submissions(t) if s.seat == "reference"]
    seconds = [
        took for _, emitted, _ in replay(room, references, run, Limits()) for took in emitted
    ]
    assert len(seconds) == len(lesson.tasks)
    with capsys.disabled():
        print(f"\n{lesson.id}: a check takes {1000 * statistics.median(seconds):.0f} ms (median)")
    assert statistics.median(seconds) < 0.3


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.id)
def test_the_official_seat_costs_little_beside_the_replay(lesson, capsys):
    """A submission's seconds, and an empty notebook's, which is what starting and judging cost."""
    path = content.repository_root() / "notebooks" / "source" / lesson.id / f"{lesson.id}.ipynb"
    whole = nbformat.read(path, as_version=4)
    empty = nbformat.v4.new_notebook(cells=[])

    def seconds(nb):
        return grade_notebook(nb, lesson.id, lambda task: practice_seeds(lesson.id, task)).seconds

    full = statistics.median(seconds(whole) for _ in range(3))
    fixed = statistics.median(seconds(empty) for _ in range(3))
    with capsys.disabled():
        print(f"\n{lesson.id}: {full:.1f} s a submission, {fixed:.1f} s of it without its cells")
    assert fixed < full
