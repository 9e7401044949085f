"""Practice and official seats agree on every corpus entry of every lesson."""

from dataclasses import asdict

import nbformat
import pytest

from autograder import content
from autograder.authoring.room import Limits as RoomLimits
from autograder.authoring.room import Room, replay
from autograder.grading.limits import Limits
from autograder.grading.preload import kernel_plan
from autograder.grading.replay import Replay, run_apart
from autograder.grading.submission import replayed_cells
from autograder.judging import Learner, load_judge
from autograder.judging.seeds import practice_seeds

CASES = 3


def seeds(lesson, task):
    """Draw the cases that both seats judge."""
    return practice_seeds(lesson, task, count=CASES)


def outcome(scores):
    """Keep what a learner is told: values, steps and reasons."""
    told = ("name", "passed", "reason")
    return [(s["value"], [[step[k] for k in told] for step in s["steps"]]) for s in scores]


def in_practice(room):
    """Judge every entry in process; map (task, entry) to its outcome."""

    def run(submission, judge, transport, emit):
        for seed in seeds(room.lesson.id, submission.task.id):
            emit(asdict(judge.score(transport, seed)))

    wanted = [s for task in room.lesson.tasks for s in room.submissions(task) if s.entry]
    found = {}
    for submission, scores, ended in replay(room, wanted, run, RoomLimits()):
        assert not ended, (submission.name, ended)
        found[submission.task.id, submission.name] = outcome(scores)
    return found


ADOPT = """
def adopt(namespace, source):
    exec(compile(source, "<answer>", "exec"), namespace)
"""


def officially(room, probe):
    """Judge every entry in the sandbox: one replay of the lesson, and a fork for each entry.

    A probe runs the entry's code in its fork, on top of the replayed lesson.
    """
    probe.write_text(ADOPT, encoding="utf-8")
    lesson = room.lesson
    path = content.repository_root() / "notebooks" / "source" / lesson.id / f"{lesson.id}.ipynb"
    nb = nbformat.read(path, as_version=4)
    readable = tuple(content.dataset_path(slug) for slug in lesson.datasets)
    limits = Limits(submission_seconds=600)
    replay = Replay(nb, replayed_cells(nb), limits, kernel_plan(limits, readable, probe))

    async def judge_all():
        try:
            await replay.run()
            return {(e.task, e.name): in_fork(replay, lesson.id, e) for e in room.entries}
        finally:
            await replay.close()

    found = run_apart(judge_all())
    assert replay.notes == []
    return found


def in_fork(replay, lesson, entry):
    """Let one fork of the replayed kernel adopt an entry and judge it there."""
    judge = load_judge(lesson, entry.task)
    with replay.seat.fork() as transport:
        Learner(transport).probe("adopt", entry.code.source)
        scores = [judge.score(transport, seed) for seed in seeds(lesson, entry.task)]
    return outcome([asdict(score) for score in scores])


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("lesson", content.course().lessons, ids=lambda lesson: lesson.id)
def test_both_seats_give_the_same_scores_and_reasons(lesson, tmp_path):
    """On the same seeds every entry gets the same values, steps and reasons in both seats."""
    room = Room.open(lesson)
    practice = in_practice(room)
    assert len(practice) == len(room.entries)
    assert officially(room, tmp_path / "probe.py") == practice
