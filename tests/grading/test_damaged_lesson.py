"""The most common damages on a real lesson: its cells rest on one another, and still all count."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autograder.grading.classroom import Classroom
from autograder.kernel import require_sandbox
from tests.grading.damaged.damages import DAMAGES
from tests.instructor.desk import answered, open_desk, right_answers

LESSON = "11_price_an_answer"
MEMO = "Take wren-1: it costs half."
CHOSEN = ("cells_reversed", "ids_and_metadata_dropped", "saved_by_databricks", "nbformat_3")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_real_lesson_survives_what_people_do_to_it(tmp_path: Path) -> None:
    """Moved, stripped, saved elsewhere or in an old format: every answer has its points."""
    require_sandbox()
    desk = open_desk(tmp_path, LESSON)
    for one in DAMAGES:
        if one.name in CHOSEN:
            whole = json.loads(
                json.dumps(answered(desk.released(), right_answers(desk.lesson), MEMO))
            )
            folder = desk.submission(one.name)
            folder.mkdir(parents=True)
            (file,) = one.make(whole).values()
            (folder / f"{LESSON}.ipynb").write_bytes(file)
    reports = list(Classroom(desk.course).grade(LESSON, CHOSEN))
    full = sum(task.points for task in desk.lesson.tasks)
    assert {r.learner: (r.error, r.mark) for r in reports} == dict.fromkeys(CHOSEN, ("", full))
    for name in CHOSEN:
        notebook = json.loads(
            (desk.course / "autograded" / name / LESSON / f"{LESSON}.ipynb").read_text()
        )
        cells = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
        assert cells["written-cost_memo"] == MEMO
