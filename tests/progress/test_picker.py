"""The path picker and the plain function behind it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from autograder import career, content
from autograder.career.records import Route
from autograder.errors import RungsError
from autograder.progress import dashboard, itinerary, path_picker
from tests.progress.conftest import Learner

PRICES = "11_price_an_answer"
START = date(2031, 1, 6)


@pytest.mark.parametrize("route", career.paths(), ids=lambda route: route.id)
def test_every_path_can_be_laid_out(learner: Learner, route: Route) -> None:
    """By its id and by its title; the text names every lesson that stands."""
    told = str(itinerary(route.id, 8, START))
    assert told == str(itinerary(route.title, 8, START))
    standing = {lesson.id for lesson in content.course().ready}
    for lesson in standing.intersection(route.lessons):
        assert content.course().lesson(lesson).title in told


def test_what_is_finished_is_left_out(learner: Learner) -> None:
    """Unless it is asked for."""
    before = itinerary("Software Engineer", 8, START).calendar.minutes
    learner.finish(PRICES)
    after = itinerary("Software Engineer", 8, START).calendar.minutes
    assert before - after == content.course().lesson(PRICES).minutes
    assert itinerary("Software Engineer", 8, START, skip=()).calendar.minutes == before


def test_an_unknown_path_names_the_known(learner: Learner) -> None:
    """So does a typing error; each by its role and by its id."""
    with pytest.raises(RungsError, match=r"Senior AI Engineer \(senior_to_staff\)"):
        itinerary("astronaut")


def test_shown_outside_a_table_it_reads_as_text(learner: Learner) -> None:
    """Where a notebook shows no HTML, and where somebody prints it in a list."""
    plan = itinerary("Software Engineer", 8, START)
    assert repr(plan) == str(plan)
    assert repr(plan).startswith(plan.summary())


def test_dots_where_the_hours_belong_are_explained(learner: Learner) -> None:
    """As the placement test writes the call, for the learner to fill in."""
    with pytest.raises(RungsError, match=r"hours a week you have, such as hours=4"):
        itinerary("Software Engineer", hours=...)  # type: ignore[arg-type]  # what a learner may run


def test_where_marks_are_made_there_are_no_controls_and_no_dashboard(
    learner: Learner, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The official seat has nobody to pick and no record to show; a plan can still be laid out."""
    monkeypatch.setenv("RUNGS_SEAT", "official")
    assert path_picker() is None
    dashboard()
    assert capsys.readouterr().out == ""
    assert itinerary("Software Engineer", 8, START).calendar.weeks


def test_the_controls_say_what_the_function_says(learner: Learner) -> None:
    """Each control has a name, and each change is shown below."""
    box = path_picker()
    path, hours, begins, again, shown = box.children
    assert all(control.description for control in (path, hours, begins, again))
    path.value, hours.value, begins.value = "ml_engineer_to_ai_engineer", 4, START
    assert shown.value == itinerary("ml_engineer_to_ai_engineer", 4, START)._repr_html_()
    words = re.sub("<[^>]*>", " ", shown.value)
    assert "at 4 hours" in words
    learner.finish(PRICES)
    again.value = True
    assert shown.value == itinerary("ml_engineer_to_ai_engineer", 4, START, ())._repr_html_()
    begins.value = None
    assert str(date.today()) in shown.value
