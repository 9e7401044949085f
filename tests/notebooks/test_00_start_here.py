"""Lesson 00's figures, examples and oracles agree with the career data and the course's planner."""

from __future__ import annotations

import re
from datetime import date
from types import ModuleType
from typing import Any

import pytest

from autograder import content
from autograder.authoring.lesson import Lesson
from autograder.career import competencies, paths, planned_lessons
from autograder.career.calendar import lay_out
from autograder.career.plan import Plan
from autograder.judging import judge_in_process

LESSON = "00_start_here"
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    outcomes = dict(solved["outcomes"])
    weeks = outcomes.pop("my_weeks")
    assert outcomes == {
        "bands_that_say": 19,
        "drafted_missing": 2,
        "ai_engineer_competencies": 98,
        "times_as_long": 3.2,
    }
    assert weeks == len(solved["my_plan"].calendar.weeks) > 0


def test_the_prose_reads_the_career_data_rightly(solved: dict[str, Any]) -> None:
    """Bands, their widest, what rests on one sentence, the on-ramp, and the guide's months."""
    assert (len(solved["bands"]), len(competencies())) == (36, 242)
    assert (len(solved["senior"]), solved["unsaid"]) == (11, 5)
    widest = max(solved["senior"], key=lambda band: band["high_kusd"] - band["low_kusd"])
    assert (widest["high_kusd"], widest["market"]) == (380, "model labs")
    assert "equity" in widest["measure"]
    assert (
        len(solved["looks"]) - 1
        == len({band["measure"] for band in solved["senior"]} - {"not stated"})
        == 3
    )
    sentence = [band for band in solved["says"] if band["source"] == "S4"]
    assert len(sentence) == 16
    assert all(band["ref"].endswith(",185") for band in sentence)
    assert len({band["source"] for band in solved["bands"]}) == 3
    assert solved["held"] == {"onramp": 19, "ai_engineer": 98, "senior": 98, "staff": 27}
    months = solved["paths"]["Software Engineer"]["months"]
    assert [(m["where"], m["low"], m["high"]) for m in months] == [
        ("heading", 6, 6),
        ("text", 4, 8),
    ]
    assert (len(solved["route"]), solved["weeks"]) == (22, 8)
    assert [round(m * 52 / 12 / 8, 1) for m in (4, 8)] == [2.2, 4.3]
    own = [row for row in competencies() if row.planned_lesson == LESSON]
    assert {row.rung for row in own} == {"onramp"}
    assert (len(own), sum(row["rung"] == "onramp" for row in solved["rows"])) == (9, 10)
    first = [solved["lessons_of"](route.origin)[0][:2] for route in paths()]
    assert (len(first), first.count("09")) == (6, 4)


def test_the_ten_of_the_onramp_reach_it(solved: dict[str, Any]) -> None:
    """Who shows eight of the ten that the cell lists is on it; who shows seven is not."""
    ten = [row["id"] for row in solved["rows"] if row["rung"] == "onramp"]
    for shown, reached in ((ten[:8], "onramp"), (ten[:7], None)):
        assert solved["find_rung"](solved["rows"], shown, 0.8)["reached"] == reached


def test_what_no_card_tells_the_cell_after_it_does(solved: dict[str, Any]) -> None:
    """A function that empties its caller's dict passes, and the comparison in the cell is false."""

    def spoiling(asked: list[str], shown: dict[str, list[str]]) -> list[str]:
        gap = solved["missing_skills"](asked, shown)
        shown.clear()
        return list(gap)

    [score] = judge_in_process(LESSON, "missing_skills", {"missing_skills": spoiling}, [1])
    assert score.full
    evidence = dict(solved["evidence"])
    spoiling(solved["advert"], evidence)
    assert (solved["advert"], evidence) != solved["kept"]
    assert (solved["advert"], solved["evidence"]) == solved["kept"]


def test_examples_in_the_text_hold(solved: dict[str, Any]) -> None:
    """The worked example of every task is what its reference returns."""
    assert solved["missing_skills"](solved["advert"], solved["evidence"]) == [
        "C067",
        "C112",
        "C016",
    ]
    found = solved["find_rung"](solved["example_rows"], ["C1", "C2", "C4"], 0.75)
    assert found == solved["example_answer"]
    faults = solved["plan_faults"](
        solved["some_plan"], solved["some_path"], solved["some_minutes"], 3
    )
    assert faults == {"overfull": [1], "out_of_order": ["11"], "wrong_minutes": ["09"]}
    weeks = solved["plan_weeks"](
        ["05", "11", "12", "09"], {"05": 120, "11": 100, "09": 110}, ["05"], 2.5
    )
    assert weeks == [[["11", 100], ["09", 50]], [["09", 60]]]


def test_the_draft_earns_half_and_fails_first_at_the_order(solved: dict[str, Any]) -> None:
    """Who pastes the draft reads a card with points on it, and the step that the text is about."""
    scores = judge_in_process(
        LESSON, "missing_skills", {"missing_skills": solved["drafted"]}, [1, 2]
    )
    assert [score.value for score in scores] == [0.5, 0.5]
    first = next(step for step in scores[0].steps if not step.passed)
    assert first.got.startswith("['C")
    assert first.want.startswith("['C")  # both lists whole, and not one entry of each
    assert first.got.count("C") == first.want.count("C") > 1
    failed = [[step.name for step in score.steps if not step.passed] for score in scores]
    assert failed == [["in the advert's order", "a claim without evidence"]] * 2


@pytest.mark.parametrize("hours", [0.5, 4.5, 8])
def test_the_oracle_plans_as_the_course_does(judge: ModuleType, hours: float) -> None:
    """On every path, at slow and fast rates, the weeks are those of the course's own planner."""
    plan = Plan(content.course(), planned_lessons())
    for route in paths():
        minutes = {x: plan.minutes(x) for x in route.lessons if plan.stands(x)}
        for done in ((), tuple(minutes)[:2]):
            theirs = lay_out(route.lessons, plan, hours, date(2027, 1, 4), done)
            weeks = [[[p.lesson, p.minutes] for p in week.portions] for week in theirs.weeks]
            assert judge.weeks_of(route.lessons, minutes, done, hours) == weeks


def test_what_the_checker_finds_in_the_plans_of_the_course(solved: dict[str, Any]) -> None:
    """The cell that checks the course's planner finds nothing and the same plan."""
    faults = solved["plan_faults"](solved["as_plan"], solved["standing_path"], solved["written"], 6)
    assert faults == {"overfull": [], "out_of_order": [], "wrong_minutes": []}
    mine = solved["plan_weeks"](solved["route"], solved["written"], [], 6)
    assert mine == solved["as_plan"] != []


@pytest.mark.parametrize("task", TASKS)
def test_answers_of_another_case_are_below_full(solved: dict[str, Any], task: str) -> None:
    """Of 90 pairs of learners, none gets full marks with what the other's code returned."""
    kept: dict[int, list[Any]] = {}

    def remember(*args: Any) -> Any:
        kept[seed].append(solved[task](*args))
        return kept[seed][-1]

    for seed in range(10):
        kept[seed] = []
        [own] = judge_in_process(LESSON, task, {task: remember}, [seed])
        assert own.full
    for seed in range(10):
        for other in range(10):
            replies = iter(kept[other])
            answers = {task: lambda *args, replies=replies: next(replies)}
            [score] = judge_in_process(LESSON, task, answers, [seed])
            assert score.full == (seed == other)


def test_model_answer_keeps_to_its_length(lesson: Lesson) -> None:
    """The written part asks for at most 120 words and its model answer obeys."""
    [written] = lesson.with_role("written")
    model = re.sub(r"### (BEGIN|END) SOLUTION", "", written.source)
    assert 80 <= len(model.split()) <= 120
