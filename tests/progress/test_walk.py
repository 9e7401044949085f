"""A simulated learner walks each path, from the placement test to its last lesson that stands."""

from __future__ import annotations

import re
from datetime import date

import pytest

from autograder import career, content
from autograder.career.records import Route
from autograder.placement import Placement, placement, recommended
from autograder.placement.items import ITEMS
from autograder.placement.records import parameters
from autograder.placement.result import Result
from autograder.placement.simulation import Profile
from autograder.progress import itinerary
from autograder.progress.picker import Itinerary
from autograder.progress.standing import standing
from tests.progress.conftest import Learner

FIRST_DAY = date(2031, 1, 6)
# Somebody in the middle of each start's bands, in the order of the starts.
PEOPLE = (
    Profile(-2.9, -1.5),
    Profile(-0.55, -1.5),
    Profile(1.5, -1.1),
    Profile(1.5, 0.9),
    Profile(2.2, 2.9),
)
STANDING = {lesson.id: lesson for lesson in content.course().ready}


def sit(test: Placement, person: Profile) -> Result:
    """Solve what lies below the person's abilities, and skip the rest."""
    tasks = {task.id: task for task in parameters().tasks}
    while found := re.search(r"Task \d+: (\w+)", repr(test)):
        task = tasks[found[1]]
        if getattr(person, task.scale) > task.difficulty:
            test.answer(ITEMS[task.id].reference)
        else:
            test.skip()
    return test.result()


@pytest.mark.parametrize(("place", "person"), list(enumerate(PEOPLE)))
def test_from_the_placement_to_the_last_lesson(
    learner: Learner, monkeypatch: pytest.MonkeyPatch, place: int, person: Profile
) -> None:
    """On every path: needs come first, hours add up, and all that stands is reached.

    What the placement leaves out counts as known; what no lesson of the path
    teaches is what the path expects its people to bring.
    """
    found = sit(placement(), person)
    start = parameters().starts[place]
    assert found.start == recommended() == start.lesson
    for route in career.paths():
        another = Learner(learner.root / route.id)
        monkeypatch.setenv("RUNGS_HOME", str(another.root / ".rungs"))
        walked = walk(another, route, start.lesson)
        if route.id == start.path and walked:
            assert STANDING[walked[0]].title in repr(found)


def walk(learner: Learner, route: Route, start: str) -> list[str]:
    """Finish what the plan names first, ask for a plan again, until nothing is left to do."""
    plan = planned(route, start)
    known, walked = set(plan.left_out), list[str]()
    while plan.calendar.weeks:
        lesson = STANDING[plan.calendar.weeks[0].portions[0].lesson]
        needed = (
            {*lesson.prerequisites, *lesson.soft_prerequisites} & {*route.lessons} & {*STANDING}
        )
        assert lesson.id not in known
        assert needed <= known, f"{route.id}: {lesson.id} comes before {sorted(needed - known)}"
        learner.finish(lesson.id)
        rest = planned(route, start)
        assert plan.calendar.minutes - rest.calendar.minutes == lesson.minutes
        assert len(rest.calendar.weeks) == -(-rest.calendar.minutes // 240)
        known.add(lesson.id)
        walked.append(lesson.id)
        plan = rest
    assert "nothing is left to do" in plan.summary()
    assert known & {*STANDING} == {*route.lessons} & {*STANDING}
    finished = {one.lesson.id for one in standing().lessons if one.finished}
    assert finished == {*walked}
    return walked


def planned(route: Route, start: str) -> Itinerary:
    """Lay out what is left of a path, at four hours a week."""
    return itinerary(route.id, 4, FIRST_DAY, placement=start)


def test_every_lesson_that_stands_lies_on_a_path() -> None:
    """None can be reached only by its address."""
    assert {*STANDING} <= {lesson for route in career.paths() for lesson in route.lessons}
