"""`check` and `reveal` as a learner calls them, outside a notebook."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder import check, content, reveal
from autograder.judging import lookup
from autograder.judging.answered import answer_digest
from autograder.judging.attempts import Attempts, History
from autograder.judging.practice import BelowFull, Stopped
from autograder.judging.reference import reference_answer, same_program

Say = Callable[..., str]


@pytest.fixture
def say(desk: Path, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run one of our calls in a namespace of its own and return what it showed."""

    def run(call: str, source: str = "") -> str:
        space: dict[str, Any] = {"__name__": "__main__", "check": check, "reveal": reveal}
        exec(source, space)
        assert eval(call, space) is None
        shown = capsys.readouterr()
        assert shown.err == ""
        return shown.out

    return run


def history() -> History:
    """Return the record of the task these tests try."""
    return Attempts().history("90_tiny", "double")


RIGHT = """
def double(number):
    if isinstance(number, str):
        raise TypeError
    return number + number
"""
HALF = "def double(number): return number * 2"
STUB = "def double(number): raise NotImplementedError"


def wrong(offset: int) -> str:
    """Return one of many different wrong answers."""
    return f"def double(number):\n    print('got', number)\n    return number * 2 + {offset}"


def test_a_right_answer_gets_everything(say: Say) -> None:
    """Full marks, the attempt counted, the reference one call away."""
    shown = say("check('double')", RIGHT)
    assert shown.startswith("double: all 4 points on 3 practice cases (attempt 1)\n")
    assert shown.endswith("reveal('double')\n")
    assert history() == History(1, 0, 0, solved=True, unaided=True)


def test_a_part_right_answer_gets_its_steps(say: Say) -> None:
    """The failing step is named with its call and what it should have done."""
    shown = say("check('double')", HALF)
    assert shown.startswith("double: 3 of 4 points")
    assert "First step to mend: refusals" in shown
    assert "raises TypeError" in shown


def test_a_wrong_answer_shows_what_it_printed(say: Say) -> None:
    """Prints of the failing call, and of no other, are on the card."""
    shown = say("check('double')", wrong(1))
    call = shown.split("The call:")[1].split()[0]
    assert f"| got {call.removeprefix('double(').rstrip(')')}\n" in shown
    assert shown.count("| got") == 1


def test_an_untouched_stub_is_no_attempt(say: Say) -> None:
    """Running the notebook before writing anything costs no attempt."""
    for source in (STUB, ""):
        shown = say("check('double')", source)
        assert "0 of 4 points" in shown
        assert "attempt" not in shown
        assert "Write double in its answer cell" in shown
    assert history() == History()


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def double(): return 1", "double() cannot be called as the task states"),
        ("double = 4", "double is not a function but int"),
        (
            "def double(number): return {number}",
            "double returned a set, which cannot cross to the judge; make it what the task asks "
            "for, such as a list, a dict or a number.",
        ),
        ("def double(number): return 1 / 0", "ZeroDivisionError: division by zero (in line 1"),
        ("def double(number): exit()", "SystemExit"),
        ("def double(number): return double(number)", "RecursionError"),
        ("def double(number): return float('nan')", "double returned the float nan"),
        ("class double:\n def __init__(self, n): pass", "double returned a double"),
        ("def duble(number): return 2 * number", "There is no double"),
    ],
)
def test_whatever_goes_wrong_is_said_in_a_sentence(say: Say, source: str, said: str) -> None:
    """A wrong name, signature, type or exception is a reason on the card, never a traceback."""
    shown = " ".join(say("check('double')", source).split())
    assert said in shown
    assert "Traceback" not in shown


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("check('duble')", "has no task 'duble'. Did you mean 'double'? Its tasks are: double,"),
        ("check('duble', '90')", "has no task 'duble'. Did you mean 'double'? Its tasks are"),
        ("check('double', '91_none')", "There is no lesson '91_none'. The lessons are: 90_tiny"),
        ("check(check)", 'Write the task\'s name in quotes: check("check").'),
        ("check(None)", "in quotes"),
        ("reveal('duble')", "has no task 'duble'"),
    ],
)
def test_an_unknown_name_is_answered_with_the_known_ones(say: Say, call: str, said: str) -> None:
    """A typing error costs one reading."""
    assert said in " ".join(say(call).split())


@pytest.fixture
def two_lessons(say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Say:
    """Add a second lesson, with a task and a written one, and forget what was checked before."""
    manifest = tmp_path / "course" / "notebooks" / "course.yaml"
    other = (
        "  - id: 91_other\n    title: Price and explain\n    rung: onramp\n    minutes: 5\n"
        "    tasks:\n      - {id: price, points: 1}\n"
        "    written:\n      - {id: memo, points: 8}\n"
    )
    manifest.write_text(manifest.read_text() + other)
    content.course.cache_clear()
    monkeypatch.setattr(lookup, "_LAST", [])
    return say


@pytest.mark.parametrize("call", ["check('memo')", "check('memo', '91')", "reveal('memo')"])
def test_a_written_task_is_for_a_person(two_lessons: Say, call: str) -> None:
    """Who asks learns who marks it, and how to do that alone."""
    shown = " ".join(two_lessons(call).split())
    assert "memo is a written answer, so no check can mark it: a person does" in shown
    assert "If you study alone, be that person." in shown
    assert "double" not in shown


def test_an_unknown_task_lists_the_lesson_at_hand(
    two_lessons: Say, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lesson of the notebook, or of the last check, comes first; others need their name."""
    lost = " ".join(two_lessons("check('prise')").split())
    assert (
        "There is no task 'prise'. Did you mean 'price' of 91_other? To see a lesson's tasks"
        in lost
    )
    assert "The lessons are: 90_tiny, 91_other." in lost
    two_lessons("check('double')", RIGHT)
    after = " ".join(two_lessons("check('prise')").split())
    assert "Double and halve has no task 'prise'. Did you mean 'price' of 91_other?" in after
    assert "Did you mean 'limit'?" in " ".join(two_lessons("check('lim')").split())
    assert "Its tasks are: double, limit. For a task of another lesson, name that too:" in after
    assert "check('prise', '91_other')" in after
    (desk / "mine.ipynb").write_text('{"cells": [], "metadata": {"rungs": {"lesson": "91_other"}}}')
    monkeypatch.setenv("JPY_SESSION_NAME", str(desk / "mine.ipynb"))
    named = " ".join(two_lessons("check('prise')").split())
    assert "Price and explain has no task 'prise'. Did you mean 'price'?" in named
    assert "Its tasks are: price." in named


def test_a_broken_judge_is_our_fault(say: Say, tmp_path: Path) -> None:
    """It says what to report, gives no mark and records nothing."""
    judge = tmp_path / "course" / "notebooks" / "lessons" / "90_tiny" / "judge.py"
    judge.write_text("def double(learner, seed):\n    return {}['gone']\n")
    shown = " ".join(say("check('double')", RIGHT).split())
    assert shown.startswith("This is our fault, not yours")
    assert "raised KeyError: 'gone'" in shown
    assert "Please report" in shown
    assert "Traceback" not in shown
    assert history() == History()


def test_a_judge_that_needs_a_package_says_which(say: Say, tmp_path: Path) -> None:
    """While the heavy part is still arriving, the card says so."""
    judge = tmp_path / "course" / "notebooks" / "lessons" / "90_tiny" / "judge.py"
    judge.write_text("import a_package_that_is_not_there\n")
    shown = say("check('double')", RIGHT)
    assert "needs the package a_package_that_is_not_there" in shown


def test_an_interrupt_stops_the_notebook_and_says_so(
    say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    """A person who stops a check is told what was running; nothing is recorded."""
    with pytest.raises(Stopped) as caught:
        say("check('double')", "def double(number): raise KeyboardInterrupt")
    shown = " ".join(capsys.readouterr().out.split())
    assert "was stopped while double was running" in shown
    assert "Mend that, run the answer cell, then run this check again." in shown
    assert caught.value._render_traceback_() == [str(caught.value)]
    assert history() == History()


def test_three_different_failures_open_the_help(say: Say) -> None:
    """The same answer twice is one; the third different one brings case, hint and reference."""
    for source in (wrong(1), wrong(1), wrong(2)):
        assert "Third hint" not in say("check('double')", source)
    shown = say("check('double')", wrong(3))
    places = [
        max(shown.find("A smaller case to trace"), shown.find("No smaller case fails")),
        shown.find("Third hint: Which operator"),
        shown.find("After 3 different attempts: reveal('double')"),
    ]
    assert places == sorted(places)
    assert -1 not in places
    assert "Third hint" not in say("check('double')", RIGHT)


def test_running_an_unchanged_answer_again_is_no_attempt(say: Say) -> None:
    """The count goes up where the answer, or what it earns, has changed since the last check."""
    counted = []
    for source in (wrong(1), wrong(1), RIGHT, f"# again{RIGHT}", RIGHT, wrong(1)):
        title = say("check('double')", source).splitlines()[0]
        counted.append(title.rpartition("(attempt ")[2].rstrip(")"))
    assert counted == ["1", "1", "2", "2", "2", "3"]


def test_comments_do_not_make_an_answer_different(say: Say) -> None:
    """Attempts differ by what they do, helpers included."""
    plain = "def double(n):\n    return help_me(n)\ndef help_me(n): return n"
    noted = "# why\ndef double(n):\n    # again\n    return help_me(n)\ndef help_me(n): return n"
    changed = plain.replace("return n", "return -n")
    spaces: list[dict[str, Any]] = [{"__name__": "__main__"} for _ in range(3)]
    for space, source in zip(spaces, (plain, noted, changed), strict=True):
        exec(source, space)
    one, same, other = (answer_digest(["double"], space) for space in spaces)
    assert one == same
    assert one != other


def test_reveal_asks_once_and_never_locks(say: Say) -> None:
    """Before three different failures a second word is needed, no more."""
    shown = say("reveal('double')")
    assert "reveal('double', really=True)" in " ".join(shown.split())
    assert "return 2 * number" not in shown
    assert history().variant == 0
    shown = say("reveal('double', really=True)")
    assert "return 2 * number" in shown
    assert "SOLUTION" not in shown
    assert "One multiplication serves ints and floats alike." in shown
    assert history().variant == 1


def test_after_a_reveal_a_fresh_variant_is_judged(say: Say) -> None:
    """Other cases are drawn, and only an answer of one's own counts as unaided."""
    before = say("check('double')", wrong(1))
    for offset in (2, 3):
        say("check('double')", wrong(offset))
    reference = reference_answer("90_tiny", "double")
    assert "return 2 * number" in say("reveal('double')")
    after = say("check('double')", wrong(1))
    assert before.split("The call:")[1] != after.split("The call:")[1]
    assert "fresh cases (variant 2)" in " ".join(after.split())
    assert not history().unaided
    assert "counts as unaided" in " ".join(say("check('double')", RIGHT).split())
    assert history() == History(5, 1, 1, solved=True, unaided=True)
    assert same_program(reference, f"# mine\n{reference}")


def test_reveal_after_full_marks_costs_nothing(say: Say) -> None:
    """Who solved it may compare."""
    say("check('double')", RIGHT)
    assert "return 2 * number" in say("reveal('double')")
    assert history().variant == 0


def test_a_variable_is_judged_like_a_function(say: Say) -> None:
    """A task may ask for a value."""
    assert "the whole point" in say("check('limit')", "LIMIT = 12")
    shown = " ".join(say("check('limit')", "LIMIT = 11").split())
    assert "Came back: 11" in shown
    assert "Compare LIMIT with what the task asks for" in shown


def test_the_official_seat_does_nothing(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission is judged from outside, whatever its check cells say."""
    monkeypatch.setenv("RUNGS_SEAT", "official")
    assert say("check('double')", wrong(1)) == ""
    assert say("reveal('double', really=True)") == ""
    assert history() == History()


@pytest.mark.parametrize(
    "variable", [("NBGRADER_EXECUTION", "validate"), ("NBGRADER_VALIDATING", "1")]
)
def test_nbgrader_fails_the_cell_below_full(
    say: Say, monkeypatch: pytest.MonkeyPatch, variable: tuple[str, str]
) -> None:
    """Validate, and stock autograde, see an exception whose whole traceback is the reason."""
    monkeypatch.setenv(*variable)
    with pytest.raises(BelowFull) as caught:
        say("check('double')", HALF)
    lines = caught.value._render_traceback_()
    assert " ".join(lines) == (
        "double: 3 of 4 points. double should refuse this input with TypeError."
    )
    assert max(map(len, lines)) <= 80
    with pytest.raises(BelowFull, match="has no task 'duble'"):
        say("check('duble')")
    say("check('double')", RIGHT)
    assert history() == History()


@pytest.mark.parametrize("seat", ["book", "fresh"])
def test_a_replay_counts_no_attempt(say: Say, monkeypatch: pytest.MonkeyPatch, seat: str) -> None:
    """Building the book or replaying fresh leaves the learner's record alone."""
    monkeypatch.setenv("RUNGS_SEAT", seat)
    for offset in range(4):
        shown = say("check('double')", wrong(offset + 1))
        assert "attempt" not in shown
        assert "Third hint" not in shown
    assert history() == History()


def test_a_damaged_record_is_said_on_the_card(say: Say, tmp_path: Path) -> None:
    """The check works, and the learner knows."""
    (tmp_path / "record").mkdir()
    (tmp_path / "record" / "progress.sqlite").write_bytes(b"garbage" * 400)
    shown = " ".join(say("check('double')", RIGHT).split())
    assert "all 4 points" in shown
    assert "was damaged" in shown


def test_a_check_is_quick(say: Say) -> None:
    """The median check of a cheap judge stays far under 300 milliseconds."""
    spent = []
    for offset in range(9):
        started = time.perf_counter()
        say("check('double')", wrong(offset % 5 + 1))
        spent.append(time.perf_counter() - started)
    assert statistics.median(spent) < 0.3


def test_a_slow_answer_is_not_searched_for_a_smaller_case(say: Say) -> None:
    """The search for a smaller case has a limit of its own."""
    slow = "import time\n" + wrong(9).replace("print", "time.sleep(0.06); print")
    for offset in (1, 2):
        say("check('double')", wrong(offset))
    started = time.perf_counter()
    assert "Third hint" in say("check('double')", slow)
    assert time.perf_counter() - started < 5


def test_a_task_is_found_by_its_lesson_folder(
    say: Say, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two lessons may use one task name; the folder of the notebook decides."""
    root = tmp_path / "course" / "notebooks"
    manifest = (root / "course.yaml").read_text()
    entry = manifest[manifest.index("  - id: 90_tiny") :]
    (root / "course.yaml").write_text(manifest + entry.replace("90_tiny", "91_twin"))
    twin = root / "lessons" / "91_twin"
    twin.mkdir()
    (twin / "judge.py").write_text((root / "lessons" / "90_tiny" / "judge.py").read_text())
    content.course.cache_clear()
    assert "Several lessons have a task 'double'" in say("check('double')", RIGHT)
    assert "all 4 points" in say("check('double', '91')", RIGHT)
    folder = tmp_path / "91_twin"
    folder.mkdir()
    monkeypatch.chdir(folder)
    assert "3 of 4 points" in say("check('double')", HALF)
    assert Attempts().history("91_twin", "double").attempts == 2


LONG_JUDGE = """
from autograder.checks import Ladder, equal


def double(learner, seed):
    ladder = Ladder(learner)
    with ladder.step("a long text"):
        equal(learner.call("double", "ab" * {half}), "no", "the text")
    return ladder.score()
"""


@pytest.mark.parametrize(
    ("half", "cut", "said"),
    [
        (250, False, "Run this call in a cell of your own and follow it"),
        (900, True, "Copy the whole call, given below, into a cell of your own, run it and follow"),
        (9000, True, "Call double on a small input in a cell of your own and follow it"),
    ],
)
def test_the_next_step_fits_the_length_of_the_call(
    say: Say, tmp_path: Path, half: int, cut: bool, said: str
) -> None:
    """A call is shown whole where that can be read, else offered whole where that can be copied."""
    judge = tmp_path / "course" / "notebooks" / "lessons" / "90_tiny" / "judge.py"
    judge.write_text(LONG_JUDGE.format(half=half))
    shown = say("check('double')", "def double(text): return text * 2")
    assert said in " ".join(shown.split())
    assert ("…" in shown.split("Came back")[0]) == cut
    assert ("double('" + "ab" * half + "')" in shown) == (half < 9000)
    assert len(shown) < 4000
