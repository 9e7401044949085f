"""Practice and official seats agree on every corpus entry of every lesson."""

from functools import partial

import nbformat
import pytest

from autograder import content
from autograder.authoring.forks import each
from autograder.authoring.recordings import outcome
from autograder.authoring.room import Room
from autograder.grading.limits import Limits
from autograder.grading.preload import kernel_plan, readable
from autograder.grading.replay import Replay, run_apart
from autograder.grading.staged import stage_cases
from autograder.grading.submission import replayed_cells
from autograder.judging import Learner, load_judge
from autograder.judging.seeds import practice_seeds
from autograder.kernel.pool import shared
from tests.practised import outcomes

CASES = 3


def seeds(lesson, task):
    """Draw the cases that both seats judge: the first of those that a check shows."""
    return practice_seeds(lesson, task, count=CASES)


def told(case):
    """Keep what a learner is told of a case: value, steps and reasons."""
    value, steps = case
    return [value, [[name, passed, reason] for name, _, passed, reason, *_ in steps]]


def in_practice(lesson):
    """Say what every entry got in process, by task and name."""
    return {
        (row.task.id, row.name): [told(case) for case in cases[:CASES]]
        for row, cases in outcomes(lesson).items()
        if row.entry
    }


ADOPT = """
def adopt(namespace, source):
    exec(compile(source, "<answer>", "exec"), namespace)
"""


def officially(room, probe):
    """Judge every entry in the sandbox, half of them on each of two cores."""
    probe.write_text(ADOPT, encoding="utf-8")
    shared().place()  # both halves fork from one warm process
    halves = [room.entries[half::2] for half in range(2)]
    works = [(half, partial(judge_all, room, probe, half)) for half in halves]
    found = {}
    for half, fork in each(works, jobs=2, limit=600):
        assert not fork.ended, fork.ended
        notes, *scores = fork.emitted
        assert notes == []
        found |= {(e.task, e.name): s for e, s in zip(half, scores, strict=True)}
    return found


def judge_all(room, probe, entries, emit):
    """Replay the lesson once and judge each entry in a fork; emit notes, then what each got.

    A probe runs the entry's code in its fork, on top of the replayed lesson.
    """
    lesson = room.lesson
    path = content.repository_root() / "notebooks" / "source" / lesson.id / f"{lesson.id}.ipynb"
    nb = nbformat.read(path, as_version=4)
    limits = Limits(submission_seconds=600)
    plan = kernel_plan(limits, readable(lesson.id), probe)
    cases = stage_cases(lesson, partial(seeds, lesson.id), {}).texts
    replay = Replay(nb, replayed_cells(nb), limits, plan, cases=cases)

    async def judge_each():
        try:
            await replay.run()
            replay.notes.extend(raised(nb))
            return [in_fork(replay, lesson.id, entry) for entry in entries]
        finally:
            await replay.close()

    scores = run_apart(judge_each())
    for one in (replay.notes, *scores):
        emit(one)


def raised(nb):
    """Say which cells of the solved lesson raised: what they set is missing for every answer."""
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error":
                yield f"{cell.id} raised {output.ename}: {output.evalue}"


def in_fork(replay, lesson, entry):
    """Let one fork of the replayed kernel adopt an entry and judge it there."""
    judge = load_judge(lesson, entry.task)
    with replay.seat.fork() as transport:
        Learner(transport).probe("adopt", entry.code.source)
        scores = [judge.score(transport, seed) for seed in seeds(lesson, entry.task)]
    return [told(outcome(score)) for score in scores]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("lesson", content.course().ready, ids=lambda lesson: lesson.id)
def test_both_seats_give_the_same_scores_and_reasons(lesson, tmp_path):
    """On the same seeds every entry gets the same values, steps and reasons in both seats."""
    room = Room.open(lesson)
    practice = in_practice(lesson.id)
    assert len(practice) == len(room.entries)
    assert officially(room, tmp_path / "probe.py") == practice
