"""Each task of a ready lesson is in its page, or there is a reason that it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.content import course
from autograder.tryouts.absences import absences, needs
from autograder.tryouts.tasks import Task, read_tasks
from autograder.tryouts.tryout import read_list, read_tryouts

ROOT = Path(__file__).resolve().parents[2]
OFFERED = {(one.lesson, one.task) for one in read_tryouts(ROOT)}
LEFT_OUT = {(one["lesson"], one["task"]) for one in read_list(ROOT)["left_out"]}


def test_no_task_is_forgotten() -> None:
    """Every task of the manifest is offered, needs more than Python, or is left out in writing."""
    absent = absences(ROOT)
    tasks = {(lesson.id, task.id) for lesson in course().ready for task in lesson.tasks}
    assert OFFERED | set(absent) == tasks
    assert OFFERED & set(absent) == set()
    assert [place for place, why in absent.items() if not why] == []


def test_what_is_left_out_in_writing_could_be_offered() -> None:
    """A written reason stands only where no computed one does, and once."""
    could = {
        place
        for place in absences(ROOT)
        if not needs(read_tasks(ROOT, place[0], "source")[place[1]])
    }
    assert could == LEFT_OUT
    assert len(read_list(ROOT)["left_out"]) == len(LEFT_OUT)


def test_a_lesson_that_needs_only_python_somewhere_offers_something() -> None:
    """Lessons without a try-out are those in which every single task needs a package."""
    silent = {lesson.id for lesson in course().ready} - {lesson for lesson, _ in OFFERED}
    packaged = {
        lesson.id
        for lesson in course().ready
        if all(needs(task) for task in read_tasks(ROOT, lesson.id, "source").values())
    }
    assert silent == packaged


@pytest.mark.parametrize(
    ("above", "wanted"),
    [
        ("import math", ""),
        ("import numpy as np\nx = np.zeros(3)\nmath = len(x)", "NumPy"),
        (
            "from scipy import stats\nimport pandas as pd\nmath = stats, pd",
            "pandas and SciPy",
        ),
        ("from autograder import load\nmath = load('a/b')", "a dataset of the course"),
        ("from autograder.provider import client\nmath = client", "a model to ask"),
        ("def math():\n    import bm25s", "bm25s"),
    ],
)
def test_a_package_is_found_through_what_a_task_uses(above: str, wanted: str) -> None:
    """It counts where a definition above the task needs it, however indirectly."""
    assert needs(Task("f", "F", "def f():\n    return math", (above,))) == wanted
