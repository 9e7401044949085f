"""The facts of a lesson's page, and its tasks' sections, from the manifest and the notebook."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from autograder import content
from autograder.authoring.lesson_page import glance, leads_to, same_heading, task_marks

ROOT = Path(__file__).resolve().parents[2]
READY = [lesson.id for lesson in content.course().ready]


def notebook(lesson: str) -> Any:
    """Read a release notebook."""
    path = ROOT / "notebooks" / "release" / lesson / f"{lesson}.ipynb"
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("lesson", READY)
def test_the_facts_are_the_manifests(lesson: str) -> None:
    """Prerequisites keep their order, none stands later, and every competency has a sentence."""
    entry = content.course().lesson(lesson)
    facts = glance(content.course(), lesson, notebook(lesson))
    assert [one.id for one in facts.needs] == list(entry.prerequisites)
    assert [one.id for one in facts.helps] == list(entry.soft_prerequisites)
    assert all(one.stands == (one.id in READY) for one in (*facts.needs, *facts.helps))
    assert all(one.id > lesson for one in leads_to(content.course(), lesson))
    assert all(sentence for _, sentence, _ in facts.competencies)
    assert 50 <= len(facts.description) <= 160


@pytest.mark.parametrize("lesson", READY)
def test_each_task_has_a_mark_in_the_order_of_the_lesson(lesson: str) -> None:
    """Tasks first, as the manifest orders them, each with its points, then what is written."""
    entry = content.course().lesson(lesson)
    marks = task_marks(entry, notebook(lesson))
    coded = [mark for mark in marks if mark.decided == "graded by code"]
    assert [mark.points for mark in coded] == [task.points for task in entry.tasks]
    assert [mark.assistant == "unaided" for mark in coded] == [
        task.assistant == "unaided" for task in entry.tasks
    ]
    assert len(marks) == len(entry.tasks) + len(entry.written)


def test_an_authors_word_on_times_and_competencies_is_kept() -> None:
    """What stands behind `minutes:` and in brackets behind an id reaches the page."""
    made = notebook("16_find_the_passage")
    facts = glance(content.course(), "16_find_the_passage", made)
    assert facts.times.endswith("to read, the rest to do")
    assert ("C037", "its lexical half") in [(id, note) for id, _, note in facts.competencies]
    made["cells"][0]["source"] = "# A\n\n50 minutes: about 20 for the tasks. Rung: On-ramp."
    facts = glance(content.course(), "16_find_the_passage", made)
    assert facts.times == "about 20 for the tasks"


def test_headings_are_compared_by_their_letters() -> None:
    """A page curls quotes and drops backticks."""
    assert same_heading("Task 1: Mend the `draft`'s end", "Task 1: Mend the draft’s end")
    assert not same_heading("Task 1: Mend", "Task 2: Mend")
