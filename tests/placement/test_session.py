"""The placement test as a learner sits it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from autograder import career, content
from autograder.career.plan import Plan
from autograder.errors import RungsError
from autograder.judging.attempts import Attempts
from autograder.placement import Placement, placement, recommended
from autograder.placement.adaptive import model
from autograder.placement.items import ITEMS
from autograder.placement.journal import Answer, Journal
from autograder.placement.result import Result
from autograder.progress import itinerary, path_picker
from tests.placement.wrong_answers import WRONG


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test a record of its own."""
    monkeypatch.setenv("RUNGS_HOME", str(tmp_path / ".rungs"))
    monkeypatch.delenv("RUNGS_SEAT", raising=False)
    return tmp_path


def waiting(test: Placement) -> str:
    """Read the waiting task's name from what a learner sees; "" at the end."""
    found = re.search(r"Task \d+: (\w+)", repr(test))
    return found[1] if found else ""


def named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function the name that the task asks for."""

    def answer(*args: Any) -> Any:
        return function(*args)

    answer.__name__ = name
    return answer


def sit(test: Placement, solves: Callable[[str], bool]) -> Result:
    """Answer every task, rightly where told so."""
    while name := waiting(test):
        answer = ITEMS[name].reference if solves(name) else named(name, WRONG[name][0])
        test.answer(answer)
    return test.result()


def test_the_first_task_is_shown_with_all_that_is_needed(capsys: Any) -> None:
    """Statement, starter, example, minutes, and how to answer; the same in HTML."""
    test = placement()
    shown = capsys.readouterr().out
    name = waiting(test)
    item = ITEMS[name]
    html = test._repr_html_()
    for text in (shown, re.sub("<[^>]+>", "", html).replace("&quot;", '"').replace("&gt;", ">")):
        words = " ".join(text.split())
        assert item.starter.splitlines()[0].strip() in text.replace("&#x27;", "'")
        assert f"test.answer({name})" in words
        assert "Practice only" in words
    assert " ".join(item.statement.split()) in " ".join(shown.split())
    assert html.count("<h4>") == 1


def test_somebody_who_solves_all_is_sent_to_the_senior_rung(capsys: Any) -> None:
    """And who solves nothing to the on-ramp, which is only planned: that is said."""
    found = sit(placement(), lambda name: True)
    assert (found.start, found.finished) == ("30_release_gate", True)
    assert "Recommended start: 30 Build the release gate" in capsys.readouterr().out
    found = sit(placement(again=True), lambda name: False)
    assert found.start == "01_functions_and_types"
    plan = Plan(content.course(), career.planned_lessons())
    assert ("planned and not written yet" in repr(found)) is not plan.stands(found.start)


def test_the_reference_is_never_shown(capsys: Any) -> None:
    """A wrong answer gets one sentence and the next task."""
    test = placement()
    capsys.readouterr()
    name = waiting(test)
    test.answer(named(name, WRONG[name][0]))
    out = capsys.readouterr().out
    assert out.startswith("Not right. ")
    assert waiting(test) != name
    assert "return " not in out.split("Task 2")[0]


def test_what_is_no_answer_does_not_count() -> None:
    """Another function, no function, and a stub leave the task waiting."""
    test = placement()
    name = waiting(test)

    def stub(*args: Any) -> Any:
        raise NotImplementedError

    for given in (lambda: 1, 5, named(name, stub), WRONG[name][0]):
        test.answer(given)
        assert waiting(test) == name
    assert test.result().answers == ()


def test_a_restart_goes_on_where_the_test_stood() -> None:
    """Another object on the same record shows the same task; `again` begins anew."""
    test = placement()
    first = waiting(test)
    test.answer(ITEMS[first].reference)
    test.skip()
    outcomes = [(one.task.id, one.outcome) for one in test.result().answers]
    resumed = placement()
    assert waiting(resumed) == waiting(test)
    assert [(one.task.id, one.outcome) for one in resumed.result().answers] == outcomes
    assert [outcome for _, outcome in outcomes] == ["solved", "skipped"]
    assert repr(resumed.result()) == repr(test.result())
    assert placement(again=True).result().answers == ()
    assert placement().result().answers == ()


def test_time_counts_at_most_twice_what_is_granted_and_ends_the_test(home: Path) -> None:
    """A pause of a day costs one task's double time; a slow learner gets fewer tasks."""
    now = [0.0]
    journal = Journal(Attempts(), clock=lambda: now[0])
    seen = 0
    while task := journal.ask():
        before = journal.minutes_left()
        assert task.minutes <= before
        now[0] += 86_400
        journal.close(task, "solved" if seen % 2 else "failed")
        assert before - journal.minutes_left() == 2 * task.minutes
        seen += 1
    whole = sum(answer.minutes for answer in journal.answers())
    assert whole <= 40
    assert seen < len(ITEMS)


def test_a_replayed_notebook_leaves_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the book is built or a check replays; grading shows nothing and judges nothing."""
    monkeypatch.setenv("RUNGS_SEAT", "book")
    placement().skip()
    assert Attempts().placements() == []
    monkeypatch.setenv("RUNGS_SEAT", "official")
    test = placement()
    test.answer(ITEMS[waiting(test)].reference)
    assert test.result().answers == ()


def test_grading_prints_nothing(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """In the official seat the cells are silent."""
    monkeypatch.setenv("RUNGS_SEAT", "official")
    test = placement()
    test.skip()
    test.answer(print)
    assert capsys.readouterr().out == ""


def test_the_result_says_how_sure_it_is_and_that_it_is_simulated() -> None:
    """Per scale an estimate with its error; the picture has words; no start before its time."""
    test = placement()
    for text in (repr(test.result()), test.result()._repr_html_()):
        assert "Nothing is answered yet" in text
        assert text.count("give or take") >= 2
        assert "simulated" in text
    test.skip()
    html = test.result()._repr_html_()
    assert "The test goes on. So far:" in html
    assert re.search(r'<svg [^>]*role="img" aria-label="Software: ', html)
    assert "skipped" in html
    assert recommended() is None


def test_every_start_leads_into_a_plan(capsys: Any) -> None:
    """The recommended call runs, leaves out what comes before the start, and says so."""
    routes = {route.id: route for route in career.paths()}
    for start in model().parameters.starts:
        route = routes[start.path]
        assert start.lesson in route.lessons
        plan = itinerary(start.path, placement=start.lesson)
        before = route.lessons[: route.lessons.index(start.lesson)]
        assert plan.left_out == tuple(before)
        planned = {p.lesson for week in plan.calendar.weeks for p in week.portions}
        assert not planned.intersection(before)
        assert bool(before) is ("A placement tests nobody out" in str(plan))


def test_the_call_that_is_shown_is_the_one_that_works() -> None:
    """Evaluated with the learner's hours in place of the dots; as it stands it asks for them."""
    found = placement().result()
    assert found.call in repr(found)
    plan = eval(found.call.replace("...", "3.5"), {"itinerary": itinerary})
    assert str(plan) == str(itinerary(plan.route.id, 3.5, placement=found.start))
    with pytest.raises(RungsError, match="hours a week"):
        eval(found.call, {"itinerary": itinerary})


@pytest.mark.parametrize("judge", ["solved", "skipped", "not asked"])
def test_nobody_is_past_judges_who_did_not_solve_the_judge_s_task(judge: str) -> None:
    """Where it was skipped or never asked, the lesson's tasks are named as what to try."""
    answers = tuple(
        Answer(task, judge if task.id == "corrected_rate" else "solved", 1.0)
        for task in model().parameters.tasks
        if task.id != "corrected_rate" or judge != "not asked"
    )
    belief = model().before()
    for one in answers:
        belief = belief.after(one.task.id, one.outcome == "solved")
    found = Result(belief, answers, True)
    assert found.start == "30_release_gate"
    for text in (repr(found), found._repr_html_()):
        assert ("past retrieval and judges" in text) is (judge == "solved")
        tried = f"try the tasks of 21 Calibrate a judge (corrected_rate: {judge})."
        assert (tried in text) is (judge != "solved")


def test_what_was_missed_before_the_start_is_named_once_and_nothing_else_is() -> None:
    """Not what lies on the way from the start on, nor before anything is answered."""
    outcomes = {task.id: "solved" for task in model().parameters.tasks if task.scale == "software"}
    outcomes |= {"finds_bug": "failed", "call_with_retries": "skipped", "recall_at_k": "failed"}
    tasks = {task.id: task for task in model().parameters.tasks}
    answers = tuple(Answer(tasks[name], outcome, 1.0) for name, outcome in outcomes.items())
    belief = model().before()
    for one in answers:
        belief = belief.after(one.task.id, one.outcome == "solved")
    found = Result(belief, answers, True)
    assert found.start == "09_numbers_you_can_trust"
    [line] = [line for line in repr(found).splitlines() if line.startswith("Before you leave")]
    for name in outcomes:
        missed = outcomes[name] != "solved" and name != "recall_at_k"
        assert (name in line) is missed
    assert "Before you leave" not in repr(placement().result())


def test_the_picker_offers_what_the_placement_recommends() -> None:
    """Only once a test is finished; the offer can be declined."""
    assert len(path_picker().children) == 5
    start = sit(placement(), lambda name: True).start
    assert recommended() == start
    path, hours, begins, _, offer, shown = path_picker().children
    path.value = "ai_engineer_to_senior"
    assert start in offer.description
    assert (
        shown.value
        == itinerary(path.value, hours.value, begins.value, placement=start)._repr_html_()
    )
    path.value = "senior_to_staff"
    offer.value = False
    assert shown.value == itinerary(path.value, hours.value, begins.value)._repr_html_()


def test_a_record_that_cannot_be_written_still_lets_the_test_go_on(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    """It lasts as long as the kernel."""
    (home / "file").write_text("")
    monkeypatch.setenv("RUNGS_HOME", str(home / "file" / ".rungs"))
    test = placement()
    name = waiting(test)
    test.skip()
    assert waiting(test) != name
    assert len(test.result().answers) == 1


def test_events_of_a_task_that_is_gone_are_passed_over() -> None:
    """A record of another version of the test does not break this one."""
    Attempts().keep_placement(1.0, 1, "no_such_task", "asked")
    Attempts().keep_placement(2.0, 1, "no_such_task", "solved")
    assert placement().result().answers == ()


@pytest.mark.slow
def test_in_a_real_kernel_the_test_survives_a_restart(home: Path) -> None:
    """One notebook answers a task, the next one, in a new kernel, goes on with the second.

    A notebook has a running event loop, in which an asynchronous answer is
    judged all the same.
    """
    first = _run(
        "from autograder.placement import placement\ntest = placement()",
        "def zero_failures(trials):\n    return 1 - 0.05 ** (1 / trials)",
        "test.answer(zero_failures)",
        "from autograder.placement.item import judge\n"
        "from autograder.placement.items import ITEMS\n"
        "judge(ITEMS['gather_limited'], ITEMS['gather_limited'].reference, 1).solved",
    )
    assert "Task 1: zero_failures" in first[0]
    assert "Right. It gave the result asked for" in first[2]
    assert first[3] == "True"
    second = _run("from autograder.placement import placement\ntest = placement()", "test")
    assert "Task 2: " in second[0]
    assert second[0].strip() == second[1].strip()


def _run(*cells: str) -> list[str]:
    """Run cells in a kernel of their own; return what each showed, as plain text."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    return [
        "".join(output["data"]["text/plain"] for output in cell.outputs if "data" in output)
        for cell in notebook.cells
    ]
