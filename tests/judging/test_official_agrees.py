"""Practice and official seats agree on every corpus entry of every lesson."""

import copy
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict

import nbformat
import pytest

from autograder import content
from autograder.authoring.room import Limits as RoomLimits
from autograder.authoring.room import Room, replay
from autograder.grading import grade_notebook
from autograder.judging.seeds import practice_seeds

CASES = 2


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


def officially(room):
    """Judge every entry through the sandbox, one entry of each task to a notebook."""
    root = content.repository_root() / "notebooks" / "source" / room.lesson.id
    source = nbformat.read(root / f"{room.lesson.id}.ipynb", as_version=4)
    rows = defaultdict(list)
    for entry in room.entries:
        rows[entry.task].append(entry)
    most = max(map(len, rows.values()))
    picks = [{t: row[i] for t, row in rows.items() if i < len(row)} for i in range(most)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        graded = pool.map(lambda chosen: judge_together(room.lesson.id, source, chosen), picks)
    return {key: told for part in graded for key, told in part.items()}


def judge_together(lesson, source, chosen):
    """Put one entry of each task into a notebook and grade it."""
    nb = copy.deepcopy(source)
    for cell in nb.cells:
        task = cell.metadata.get("nbgrader", {}).get("grade_id", "").removeprefix("answer-")
        if task in chosen:
            cell.source = chosen[task].code.source
    graded = grade_notebook(nb, lesson, lambda task: seeds(lesson, task))
    assert graded.notes == ()
    return {
        (task, entry.name): outcome([asdict(score) for score in graded.verdicts[task].scores])
        for task, entry in chosen.items()
    }


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("lesson", content.course().lessons, ids=lambda lesson: lesson.id)
def test_both_seats_give_the_same_scores_and_reasons(lesson):
    """On the same seeds every entry gets the same values, steps and reasons in both seats."""
    room = Room.open(lesson)
    practice = in_practice(room)
    assert len(practice) == len(room.entries)
    assert officially(room) == practice
