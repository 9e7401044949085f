"""What the record says about a learner, in words, in numbers and in a notebook."""

from __future__ import annotations

import json
import re
import sqlite3
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from autograder import cli, content
from autograder.judging.attempts import FILE, TABLES, Attempts
from autograder.progress.dashboard import in_html, in_text
from autograder.progress.standing import TaskStanding, standing
from tests.progress.conftest import Learner

PRICES = "11_price_an_answer"
NUMBERS = "09_numbers_you_can_trust"


def task(learner: Learner, name: str) -> TaskStanding:
    return next(one for one in standing(learner.record).tasks() if one.task.id == name)


def test_an_empty_record_is_a_beginning(learner: Learner) -> None:
    """Every task of every ready lesson is there, untouched; the text says how a record begins."""
    now = standing(learner.record)
    assert [one.lesson for one in now.lessons] == list(content.course().ready)
    assert {one.state for one in now.tasks()} == {"untouched"}
    assert "Nothing is recorded yet" in in_text(now)
    assert "Reviews begin when a lesson is finished." in in_text(now)


def test_a_tasks_state_is_what_was_done(learner: Learner) -> None:
    """Tried, solved, and passed only with the revealed reference are told apart."""
    learner.fail(PRICES, "invoice", "a")
    learner.fail(PRICES, "price_call", "a")
    learner.solve(PRICES, "price_call")
    learner.solve(PRICES, "index_bill", variant=1, copied=True)
    states = {name: task(learner, name).state for name in ("invoice", "price_call", "index_bill")}
    assert states == {"invoice": "tried", "price_call": "solved", "index_bill": "shown"}
    assert (task(learner, "invoice").best, task(learner, "price_call").attempts) == (0.5, 2)


def test_a_finished_lesson_counts_and_comes_up_for_review(learner: Learner) -> None:
    """Nothing is due on the day; all of it is once a month has passed; an unfinished one never."""
    learner.finish(PRICES)
    learner.solve(NUMBERS, "rate_intervals")
    now = standing(learner.record)
    assert [one.lesson.id for one in now.lessons if one.finished] == [PRICES]
    assert now.due() == []
    assert now.next_due() is not None
    later = standing(learner.record, datetime.now(UTC) + timedelta(days=30))
    assert {one.lesson for one in later.due()} == {PRICES}
    assert len(later.due()) == len(content.course().lesson(PRICES).tasks)
    chances = [one.memory.chance for one in later.due() if one.memory]
    assert chances == sorted(chances)


def test_competencies_rest_on_the_tasks_that_serve_them(learner: Learner) -> None:
    """The evidence of a competency is every task that claims it, solved or not."""
    learner.solve(PRICES, "price_call")
    evidence = standing(learner.record).evidence()
    lesson = content.course().lesson(PRICES)
    claimed = [one.id for one in lesson.tasks if "C154" in one.competencies]
    assert [one.task.id for one in evidence["C154"]] == claimed
    assert f"C154: 1 of {len(claimed)} tasks (price_call)" in in_text(standing(learner.record))


@pytest.mark.parametrize(
    ("pairs", "told"),
    [
        ([("2", "2"), ("'a'", "'b'"), ("True", "True")], (3, 2, 0, 1.0)),
        ([("8", "10"), ("12.5", "10"), ("3", "10")], (3, 0, 2, 0.8)),
        ([("0", "0"), ("-1", "1"), ("nan", "1")], (3, 1, 0, None)),
    ],
    ids=["right", "near", "zero"],
)
def test_predictions_are_held_against_outcomes(
    learner: Learner, pairs: list[tuple[str, str]], told: tuple[Any, ...]
) -> None:
    """Right is the outcome itself, near within a quarter of it, lean the median ratio."""
    for number, (predicted, actual) in enumerate(pairs):
        learner.record.keep_prediction(PRICES, str(number), predicted)
        learner.record.keep_outcome(PRICES, str(number), actual)
    learner.record.keep_prediction(PRICES, "open", "7")
    seen = standing(learner.record).foresight
    assert (seen.compared, seen.right, seen.near, seen.lean) == told


def test_the_notebooks_page_says_what_the_terminal_says(learner: Learner) -> None:
    """Tables have heads, states are words beside signs, and the facts are the same."""
    learner.finish(PRICES)
    learner.fail("09_numbers_you_can_trust", "items_needed", "a")
    now = standing(learner.record)
    page = in_html(now)
    assert page.count("<th scope") == 3 * page.count("<table>")
    assert "✓ <code>price_call</code> solved" in page
    assert "· <code>rate_intervals</code> not begun" in page
    assert "· 6 tasks, not begun" in page  # a lesson that nobody has begun takes one line
    assert "relevant_ids" not in page
    for fact in ("1 of ", "C154", "Nothing is due for review before"):
        assert fact in re.sub("<[^>]*>", "", page)
        assert fact in in_text(now)


def test_ten_thousand_attempts_open_in_half_a_second(learner: Learner) -> None:
    """The record of a course's lifetime is read and summed in the time of a glance."""
    tasks = [(lesson.id, one.id) for lesson, one in content.course().tasks()]
    day = 86_400.0
    rows = [
        {
            "time": time.time() - day * (400 - n / 25),
            "lesson": tasks[n % len(tasks)][0],
            "task": tasks[n % len(tasks)][1],
            "variant": 0,
            "fraction": 1.0 if n % 3 else 0.5,
            "passed": int(bool(n % 3)),
            "digest": str(n),
            "reason": "",
            "copied": 0,
        }
        for n in range(10_000)
    ]
    learner.record.restore("attempts", rows)
    took = []
    for _ in range(3):
        began = time.process_time()
        in_text(standing(learner.record))
        took.append(time.process_time() - began)
    assert min(took) < 0.5


def test_the_export_is_the_whole_record(learner: Learner, capsys: Any) -> None:
    """`rungs progress --json` writes every table, and another record restored from it is equal."""
    learner.fail(PRICES, "invoice", "a")
    learner.solve(PRICES, "invoice")
    learner.record.keep_reveal(PRICES, "invoice", 0)
    learner.record.keep_prediction(PRICES, "x", "1")
    learner.record.keep_outcome(PRICES, "x", "2")
    learner.record.keep_review(PRICES, "invoice", 1)
    learner.record.keep_placement(2.5, 1, "gate", "asked")
    assert cli.main(["progress", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    other = Attempts(learner.root / "other")
    for table in TABLES:
        other.restore(table, told[table])
    assert other.everything() == learner.record.everything()
    assert [len(told[table]) for table in TABLES] == [2, 1, 1, 1, 1, 1]


def test_a_record_of_an_earlier_version_is_read(learner: Learner) -> None:
    """A file without the table of reviews keeps its attempts."""
    learner.solve(PRICES, "invoice")
    with sqlite3.connect(learner.root / ".rungs" / FILE) as connection:
        connection.execute("DROP TABLE reviews")
    connection.close()
    assert task(learner, "invoice").state == "solved"


def test_a_damaged_record_is_set_aside_and_rebuilt_from_the_notebooks(
    learner: Learner, capsys: Any
) -> None:
    """The cards in saved notebooks become attempts again, and the rest is said to be gone."""
    folder = learner.root / "work" / PRICES
    folder.mkdir()
    (learner.root / "work" / "broken").mkdir()
    (learner.root / "work" / "broken" / "broken.ipynb").write_text("{", encoding="utf-8")
    facts = {"lesson": PRICES, "task": "invoice", "points": 4, "mark": 4, "fraction": 1.0}
    answer = {"rungs": {"role": "answer", "task": "invoice"}}
    shown = {"output_type": "display_data", "data": {}, "metadata": {"rungs": facts}}
    cells = [
        {"cell_type": "code", "metadata": answer, "source": "def invoice(): ...", "outputs": []},
        {"cell_type": "code", "metadata": {}, "source": "check('invoice')", "outputs": [shown]},
    ]
    notebook = json.dumps({"cells": cells})
    (folder / f"{PRICES}.ipynb").write_text(notebook, encoding="utf-8")
    (learner.root / ".rungs").mkdir()
    (learner.root / ".rungs" / FILE).write_bytes(b"not a database" * 100)
    assert cli.main(["progress"]) == 0
    said = capsys.readouterr().out
    assert "was damaged" in said
    assert "rebuilt from 1 cards" in said
    assert "1 of 6 tasks" not in said
    assert task(learner, "invoice").state == "solved"
    assert cli.main(["progress"]) == 0
    assert "rebuilt" not in capsys.readouterr().out
