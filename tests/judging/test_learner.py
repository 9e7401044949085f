"""The learner as a judge sees them."""

from __future__ import annotations

import sys
import warnings
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import ChannelBroken, LearnerFault, Missing, NotPortable, Raised
from autograder.judging.learner import InProcess, Learner, whole_call, written_call
from autograder.testing import Scripted


class Says:
    """A transport that replies with prepared parts under the right id, or a wrong one."""

    def __init__(self, parts: Any, right_id: bool = True) -> None:
        self._parts = parts
        self._right_id = right_id

    def ask(self, request: Any) -> Any:
        """Reply."""
        if not isinstance(self._parts, dict):
            return self._parts
        return {"id": request["id"] if self._right_id else "0", **self._parts}


def test_calls_values_and_probes_go_through_one_transport() -> None:
    """Each kind of request carries its operation, name and encoded arguments."""
    transport = Scripted()
    transport.enqueue(1, 2, 3)
    learner = Learner(transport)
    assert learner.call("f", (1, 2), k={"a": 1}) == 1
    assert learner.value("x") == 2
    assert learner.probe("p", 5) == 3
    assert [(r["op"], r["name"], r["args"]) for r in transport.history] == [
        ("call", "f", [[1, 2]]),
        ("value", "x", []),
        ("probe", "p", [5]),
    ]
    assert len({r["id"] for r in transport.history}) == 3


def test_the_last_call_is_written_as_code() -> None:
    """The card shows what a learner can paste."""
    learner = Learner(InProcess({"f": lambda *a, **k: [a, k], "x": 3}))
    learner.call("f", [1, "a"], k=2)
    assert (learner.last_call, learner.last_result) == (
        "f([1, 'a'], k=2)",
        "[[[1, 'a']], {'k': 2}]",
    )
    learner.value("x")
    assert (learner.last_call, learner.last_result) == ("x", "3")


def test_a_long_argument_is_cut() -> None:
    """A card never holds a corpus."""
    assert len(written_call("f", ["x" * 10_000, list(range(5000))], {})) < 600


def test_prints_and_warnings_are_caught() -> None:
    """What the learner's code writes reaches the card, not the page."""

    def f() -> int:
        print("hello")
        print("to stderr", file=sys.stderr)
        warnings.warn("old", stacklevel=1)
        return 1

    transport = InProcess({"f": f})
    assert Learner(transport).call("f") == 1
    assert transport.printed == "hello\nto stderr\n"


def test_arguments_reach_the_learner_as_copies() -> None:
    """What a judge passed cannot be changed behind its back."""
    case = {"xs": [3, 1, 2]}
    learner = Learner(InProcess({"f": lambda c: c["xs"].sort()}))
    learner.call("f", case)
    assert case == {"xs": [3, 1, 2]}


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"ok": 1, "fault": ["Missing", "x"]},
        {"ok": 1, "more": 2},
        {"fault": "Missing"},
        {"fault": ["Missing"]},
        {"fault": ["SystemExit", "x"]},
        {"fault": ["Raised", "A", "b", 3]},
        {"fault": ["Missing", "x" * 5000]},
        {"fault": []},
        {"fault": None},
        None,
        [],
        "ok",
    ],
    ids=repr,
)
def test_a_malformed_reply_breaks_the_channel(parts: Any) -> None:
    """Whatever the other side invents is the learner's fault, never an error here."""
    with pytest.raises(ChannelBroken):
        Learner(Says(parts)).call("f")


def test_a_reply_to_another_request_breaks_the_channel() -> None:
    """A fresh id for each call, and only that one is taken."""
    with pytest.raises(ChannelBroken, match="nobody asked for"):
        Learner(Says({"ok": 1}, right_id=False)).call("f")


@pytest.mark.parametrize("wire", [{"z": 1}, {"n": "NaN"}, 2**80, {"a": [[], [], []]}], ids=repr)
def test_a_forged_value_is_refused(wire: Any) -> None:
    """A value outside the codec's table never reaches a judge."""
    with pytest.raises(NotPortable):
        Learner(Says({"ok": wire})).call("f")


def test_faults_arrive_as_what_they_are() -> None:
    """A judge can tell an absent name from an exception."""
    learner = Learner(InProcess({"f": lambda: 1 // 0}))
    with pytest.raises(Missing):
        learner.call("g")
    with pytest.raises(Raised) as caught:
        learner.call("f")
    assert caught.value.kind == "ZeroDivisionError"
    assert isinstance(caught.value, LearnerFault)


def test_a_closed_learner_calls_nothing() -> None:
    """Between steps that must not be tried the door is shut, then open again."""
    transport = Scripted()
    transport.enqueue(5)
    learner = Learner(transport)
    learner.close_with(RuntimeError("shut"))
    with pytest.raises(RuntimeError, match="shut"):
        learner.call("f")
    assert transport.history == []
    learner.close_with(None)
    assert learner.call("f") == 5


def test_a_call_of_some_hundred_characters_is_written_whole() -> None:
    """What a person still reads is not cut, however it is spread over the arguments."""
    prices = [{"model": f"model-{n}", "in": 1.25, "out": 10.0} for n in range(11)]
    call = written_call("price_call", [{"input": 1200}, "model-3"], {"prices": prices})
    assert 500 < len(call) < 640
    assert "…" not in call
    assert call == whole_call("price_call", [{"input": 1200}, "model-3"], {"prices": prices}, 640)


@given(st.lists(st.text(max_size=900), max_size=6), st.integers(1, 700))
def test_a_long_call_is_cut_in_its_longest_arguments(texts: list[str], longest: int) -> None:
    """A cut call stays short, short arguments stay whole, and no call is cut without need."""
    call = written_call("f", texts, {})
    whole = f"f({', '.join(map(repr, texts))})"
    assert whole_call("f", texts, {}, longest) == (whole if len(whole) <= longest else "")
    if len(whole) <= 640:
        assert call == whole
    else:
        assert len(call) < 300
        assert all(repr(text) in call for text in texts if len(repr(text)) <= 16)
