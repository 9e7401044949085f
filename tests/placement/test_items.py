"""Each item's statement, reference, cases and judge."""

from __future__ import annotations

import copy
import doctest
import inspect
import os
import sys
import time
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from autograder.placement import running
from autograder.placement.item import CASES, Item, _outcome, judge, same
from autograder.placement.items import ITEMS
from autograder.placement.records import parameters
from tests.placement.wrong_answers import WRONG

SEEDS = 50
WRONG_ONES = [
    pytest.param(name, wrong, id=f"{name}-{number}")
    for name, answers in WRONG.items()
    for number, wrong in enumerate(answers)
]


def test_the_items_are_those_of_the_dataset_in_its_order() -> None:
    """No parameters without a task, no task without parameters."""
    assert sorted(ITEMS) == sorted(task.id for task in parameters().tasks)


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.id)
def test_a_statement_is_short_and_its_example_is_true(item: Item) -> None:
    """At most 90 words; the reference gives what the example shows; the starter names it."""
    assert len(item.statement.split()) <= 90
    assert f"def {item.id}(" in item.starter
    example = doctest.DocTestParser().get_doctest(
        item.example, {item.id: item.reference}, item.id, None, 0
    )
    assert doctest.DocTestRunner(verbose=False).run(example).failed == 0
    assert len(example.examples) >= 1


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.id)
def test_the_starter_has_the_reference_s_parameters(item: Item) -> None:
    """It runs in a bare notebook, without an import."""
    body = "" if "\n" in item.starter else "\n    raise NotImplementedError"
    scope: dict[str, Any] = {}
    exec(item.starter + body, scope)
    given = inspect.signature(scope[item.id]).parameters
    assert list(given) == list(inspect.signature(item.reference).parameters)


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.id)
def test_the_reference_solves_every_case(item: Item) -> None:
    """On 50 seeds, of which each draws other cases."""
    drawn = set()
    for seed in range(SEEDS):
        solved, reason, _ = _outcome(item, item.reference, seed)
        assert solved, reason
        cases = [item.case(Random(f"{item.id}/{seed}/{n}"), n) for n in range(CASES)]
        drawn.add(repr(cases))
    assert len(drawn) > SEEDS / 2


@pytest.mark.parametrize(("name", "wrong"), WRONG_ONES)
def test_a_common_misconception_fails(name: str, wrong: Callable[..., Any]) -> None:
    """On each of 50 seeds."""
    passed = [seed for seed in range(SEEDS) if _outcome(ITEMS[name], wrong, seed)[0]]
    assert passed == []


def test_every_item_has_two_misconceptions() -> None:
    """Declared ones; a typing error in a name would hide some."""
    assert {name for name, answers in WRONG.items() if len(answers) >= 2} == set(ITEMS)


@pytest.mark.parametrize("item", ITEMS.values(), ids=lambda item: item.id)
def test_a_case_is_copied_for_each_answer(item: Item) -> None:
    """A function that empties its arguments does not spoil the reference's."""

    def greedy(*args: Any) -> Any:
        for one in args:
            if isinstance(one, list | dict | set):
                one.clear()

    case = item.case(Random(1), 1)
    before = copy.deepcopy(case)
    _outcome(item, greedy, 1)
    assert item.case(Random(1), 1) == before


def test_an_exception_is_a_wrong_answer_with_one_sentence() -> None:
    """Whatever it is; its text is cut, and stands on one line."""
    item = ITEMS["zero_failures"]

    def failing(trials: int) -> float:
        raise ValueError("no\nidea " * 100)

    found = judge(item, failing, 1)
    assert (found.solved, found.written) == (False, True)
    assert found.reason.startswith("It raised ValueError: no idea no")
    assert len(found.reason) < 200


def test_a_stub_is_not_an_answer() -> None:
    """It is told from a wrong one, so that it need not count."""

    def stub(trials: int) -> float:
        raise NotImplementedError

    assert judge(ITEMS["zero_failures"], stub, 1).written is False


def test_an_endless_loop_ends_and_leaves_nothing_behind() -> None:
    """Within its seconds; and a wrong number of arguments is an exception like others."""

    def endless(trials: int) -> float:
        while True:
            pass

    began = time.monotonic()
    found = judge(ITEMS["zero_failures"], endless, 1, seconds=0.3)
    assert time.monotonic() - began < 20
    assert found.reason == "It had not ended after 0.3 seconds."
    assert "TypeError" in judge(ITEMS["zero_failures"], lambda: 0, 1).reason


def test_what_ends_its_process_is_a_wrong_answer() -> None:
    """An exit, and on Linux even a hard one."""

    def leaving(trials: int) -> float:
        sys.exit(3)

    assert judge(ITEMS["zero_failures"], leaving, 1).reason.startswith("It ended")
    if sys.platform == "linux":
        assert judge(ITEMS["zero_failures"], lambda _: os._exit(3), 1).solved is False


def test_elsewhere_a_thread_does_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Right, wrong, and too late."""
    monkeypatch.setattr(running.sys, "platform", "win32")
    item = ITEMS["gather_limited"]
    assert judge(item, item.reference, 1).solved
    assert not judge(item, WRONG["gather_limited"][0], 1).solved
    held = judge(ITEMS["zero_failures"], lambda _: time.sleep(1.0), 1, seconds=0.2)
    assert held.reason == "It had not ended after 0.2 seconds."


def test_a_learner_s_global_is_not_changed_on_linux() -> None:
    """The function runs in a copy of the session."""
    seen: list[int] = []
    judge(ITEMS["zero_failures"], lambda trials: seen.append(trials), 1)
    assert (seen == []) == (sys.platform == "linux")


@pytest.mark.parametrize(
    ("got", "want", "agree"),
    [
        (1.0000000001, 1, True),
        (1.001, 1, False),
        ((1, [2]), [1, (2,)], True),
        ([1], [1, 2], False),
        ({"a": 1.0}, {"a": 1}, True),
        ({"a": 1, "b": 2}, {"a": 1}, False),
        (True, 1, False),
        (1, True, False),
        (None, 0, False),
        ("1", 1, False),
        (float("nan"), 0.5, False),
        ("x", "x", True),
    ],
)
def test_what_agrees(got: Any, want: Any, agree: bool) -> None:
    """Numbers closely, containers by content, truth values and None as such."""
    assert same(got, want) is agree
