"""The career data is complete, and its parts agree with one another."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from autograder import career
from autograder.career.records import Band, Competency, Route

LESSONS = {lesson.id: lesson for lesson in career.planned_lessons()}


def test_every_name_it_exports_reads_something() -> None:
    """Each loader returns validated, non-empty data."""
    for name in career.__all__:
        assert getattr(career, name)()


def test_counts_are_those_of_the_plan() -> None:
    """242 competencies, 45 lessons, four rungs, six paths, 18 indicators, eight dimensions."""
    read = (
        career.competencies,
        career.planned_lessons,
        career.ladder,
        career.paths,
        career.indicators,
        career.scorecard,
    )
    assert [len(table()) for table in read] == [242, 45, 4, 6, 18, 8]


def test_scorecard_weights_sum_to_100() -> None:
    """The weights are percentages of one whole."""
    assert sum(criterion.weight for criterion in career.scorecard()) == 100


def test_lessons_named_anywhere_are_planned() -> None:
    """Paths, indicators, exercises and criteria name only lessons of the plan."""
    named = {lesson for kpi in career.indicators() for lesson in kpi.lessons}
    named |= {lesson for exercise in career.exercises() for lesson in exercise.lessons}
    named |= {lesson for criterion in career.scorecard() for lesson in criterion.lessons}
    named |= {lesson for route in career.paths() for lesson in route.lessons}
    assert named <= set(LESSONS)


@pytest.mark.parametrize("route", career.paths(), ids=lambda route: route.id)
def test_a_path_holds_together(route: Route) -> None:
    """Lessons come once and in order; what is tested out of or shown is on the path."""
    assert list(route.lessons) == sorted(set(route.lessons))
    assert {*route.test_out, *route.again} <= set(route.lessons)
    assert {lesson for made in route.artefacts for lesson in made.lessons} <= set(route.lessons)
    assert LESSONS[route.lessons[-1]].rung


def test_a_disputed_duration_keeps_both_readings() -> None:
    """The step to Senior is 18 months in the heading and two to three years in the text."""
    (route,) = [route for route in career.paths() if route.id == "ai_engineer_to_senior"]
    assert [(m.where, m.low, m.high) for m in route.months] == [
        ("heading", 18, 18),
        ("text", 24, 36),
    ]


def test_seniors_years_are_not_averaged() -> None:
    """Every span that a source gives for Senior stands by itself."""
    (rung,) = [rung for rung in career.ladder() if rung.id == "senior"]
    spans = {(years.low, years.high) for years in rung.years if years.low is not None}
    assert spans == {(3, 6), (5, 8), (3, 5), (5, 10), (7, 12)}


def test_what_code_does_not_decide_says_why() -> None:
    """A row that is not graded and gives no reason is refused."""
    row = next(row for row in career.competencies() if row.assessed == "taught")
    with pytest.raises(ValidationError, match="gives no reason"):
        Competency.model_validate({**row.model_dump(), "reason": ""})


def test_a_band_has_a_beginning_and_an_end() -> None:
    """A pay band whose ends are swapped is refused."""
    band = career.salaries().bands[0]
    swapped = {"low_kusd": band.high_kusd, "high_kusd": band.low_kusd}
    with pytest.raises(ValidationError, match="ends below"):
        Band.model_validate({**band.model_dump(), **swapped})
