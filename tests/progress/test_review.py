"""A review: three due tasks, on fresh cases, in a notebook that runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import cli, content
from autograder.judging.reference import reference_answer
from autograder.progress.review import choose, serve
from autograder.progress.standing import standing
from tests.progress.conftest import Learner

PRICES, PASSAGE = "11_price_an_answer", "16_find_the_passage"


def notebook(learner: Learner) -> Path:
    (path,) = (learner.root / "work" / "review").glob("*.ipynb")
    return path


def names(path: Path) -> list[str]:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [one["id"].removeprefix("again-") for one in cells if one["id"].startswith("again-")]


def test_nothing_is_served_before_it_is_due(learner: Learner, capsys: Any) -> None:
    """Without a finished lesson, and on the day it was finished, the command says when."""
    assert cli.main(["review"]) == 0
    assert "No lesson is finished." in capsys.readouterr().out
    learner.finish(PRICES)
    assert cli.main(["review"]) == 0
    assert "Nothing is due before" in capsys.readouterr().out
    assert not (learner.root / "work" / "review").exists()


def test_the_tasks_come_from_different_lessons_first(learner: Learner) -> None:
    """Two lessons that are due both appear among the first two."""
    learner.finish(PRICES)
    learner.finish(PASSAGE)
    learner.age(40)
    chosen = choose(standing(learner.record))
    assert len(chosen) == 3
    assert {one.lesson for one in chosen[:2]} == {PRICES, PASSAGE}


def test_an_open_review_is_not_buried_under_another(learner: Learner, capsys: Any) -> None:
    """A second call names the open one; --new serves others, and the first file stays."""
    learner.finish(PRICES)
    learner.age(40)
    assert cli.main(["review"]) == 0
    first = notebook(learner)
    before, served = first.read_bytes(), names(first)
    capsys.readouterr()
    assert cli.main(["review"]) == 0
    assert f"A review is open: {', '.join(sorted(served))}" in _sorted(capsys.readouterr().out)
    assert cli.main(["review", "--new", "--most", "1"]) == 0
    assert first.read_bytes() == before
    assert len(list(first.parent.glob("*.ipynb"))) == 2


def _sorted(said: str) -> str:
    head, _, rest = said.partition(": ")
    listed, dot, tail = rest.partition(".")
    return f"{head}: {', '.join(sorted(listed.split(', ')))}{dot}{tail}"


def test_a_review_moves_a_task_to_fresh_cases(learner: Learner) -> None:
    """The next variant waits; solving it closes the review, and the task is due later than now."""
    learner.finish(PRICES)
    learner.age(40)
    chosen = choose(standing(learner.record), most=1)
    now = datetime.now(UTC)
    serve(chosen, learner.root / "review", now.date(), learner.record)
    name = chosen[0].task.id
    history = learner.record.history(PRICES, name)
    assert (history.variant, history.solved, history.reviewing) == (1, False, True)
    waiting = [one.task.id for one in standing(learner.record).tasks() if one.open_review]
    assert waiting == [name]
    learner.solve(PRICES, name, variant=1)
    after = next(one for one in standing(learner.record).tasks() if one.task.id == name)
    assert not after.open_review
    assert after.memory is not None
    assert after.memory.due > now + timedelta(days=7)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_task_can_be_reviewed(learner: Learner, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each ready lesson: the notebook has all that its answers need, and right ones pass."""
    monkeypatch.delenv("RUNGS_SEAT", raising=False)
    for lesson in content.course().ready:
        tasks = [
            one
            for one in standing(learner.record).tasks()
            if one.lesson == lesson.id and not one.task.case
        ]
        for one in tasks:
            learner.solve(lesson.id, one.task.id)
        path = serve(tasks, learner.root / "review", datetime.now(UTC).date(), learner.record)
        book: Any = nbformat.read(path, as_version=4)
        for cell in book.cells:
            if cell.id.startswith("again-"):
                cell.source = reference_answer(lesson.id, cell.id.removeprefix("again-"))
        done = NotebookClient(book, timeout=120, kernel_name="python3").execute()
        marks = {
            facts["task"]: facts["fraction"]
            for cell in done.cells
            for output in cell.get("outputs", [])
            if (facts := output.get("metadata", {}).get("rungs"))
        }
        assert marks == {one.task.id: 1.0 for one in tasks}
    waiting = [one.task.id for one in standing(learner.record).tasks() if one.open_review]
    assert waiting == []
