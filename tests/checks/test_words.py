"""The words a judge speaks."""

from __future__ import annotations

import contextlib
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.checks import Mismatch, close, equal, raises, ranked, record, require, within
from autograder.checks.words import show
from autograder.errors import Missing, NotYetWritten, Raised, WrongSignature

NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
PLAIN = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


class Caller:
    """Answer `call` with a prepared result or exception."""

    def __init__(self, result: Any) -> None:
        self._result = result

    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any:
        """Give the result, or raise it."""
        if isinstance(self._result, BaseException):
            raise self._result
        return self._result


@given(PLAIN)
def test_every_value_equals_and_is_close_to_itself(value: Any) -> None:
    """Nothing plain is rejected when it is exactly what is wanted."""
    equal(value, value)
    close(value, value)


@given(PLAIN, PLAIN)
def test_words_only_ever_mismatch(got: Any, want: Any) -> None:
    """Whatever a learner returns, a word passes or raises Mismatch, never anything else."""
    for word in (equal, close):
        with contextlib.suppress(Mismatch):
            word(got, want)
    for check in (
        lambda: within(got, 0, 1),
        lambda: ranked(got, ["a", "b"]),
        lambda: record(got, {"a": float, "b": str}),
    ):
        with contextlib.suppress(Mismatch):
            check()


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (True, 1),
        (1, True),
        ("1", 1),
        (None, 0),
        ([], {}),
        ([1], 1),
        ({"a": 1}, {"b": 1}),
        ({"a": 1, "b": 2}, {"a": 1}),
        ([1, 2], [2, 1]),
        (math.nan, 1.0),
    ],
)
def test_equal_rejects(got: Any, want: Any) -> None:
    """Kind, order, keys and length all count."""
    with pytest.raises(Mismatch):
        equal(got, want)


@pytest.mark.parametrize(
    ("got", "want"),
    [
        (1, 1.0),
        (Decimal("1.20"), Decimal("1.2")),
        (Decimal("0.5"), 0.5),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        ([1, 2], (1, 2)),
        ({"b": 1, "a": [2]}, {"a": [2], "b": 1}),
    ],
)
def test_equal_accepts(got: Any, want: Any) -> None:
    """The same number in another costume, and keys in another order, are the same."""
    equal(got, want)


def test_equal_names_the_place() -> None:
    """A deep difference is named by its path and shows only the two parts."""
    with pytest.raises(Mismatch) as caught:
        equal({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, "the invoice")
    assert caught.value.reason == "the invoice at ['a'][1]['b'] is not what the task asks for."
    assert (caught.value.got, caught.value.want) == ("2", "3")


@pytest.mark.parametrize(
    ("what", "place"),
    [
        ("the price", "the price at ['b']"),
        ("choose['a']", "the value of choose['a']['b']"),
        ("choose", "the value of choose['b']"),
        ("nDCG at 10", "nDCG at 10 at ['b']"),
    ],
)
def test_a_sentence_can_open_with_any_value(what: str, place: str) -> None:
    """Prose opens it as it stands; a name from the code becomes the value of that name."""
    for word, said in ((equal, "is not what the task asks for."), (close, "is 4 times what")):
        with pytest.raises(Mismatch) as caught:
            word({"b": 8}, {"b": 2}, what=what)
        assert caught.value.reason.startswith(f"{place} {said}")


@pytest.mark.parametrize(
    ("got", "want", "said"),
    [
        ([1], [1, 2], "the result has 1 entry instead of 2"),
        ({}, {"a": 1}, "the result lacks the key 'a'"),
        ({"a": 1, "z": 1}, {"a": 1}, "the result has a key too many, 'z'"),
    ],
)
def test_equal_names_the_shape(got: Any, want: Any, said: str) -> None:
    """A wrong shape is said as such, not as a wrong value."""
    with pytest.raises(Mismatch, match=said):
        equal(got, want)


@given(st.floats(1e-6, 1e6), st.sampled_from([1e-3, 1e3, 1e6]))
def test_close_says_the_factor(want: float, factor: float) -> None:
    """A unit slip is named by its factor."""
    with pytest.raises(Mismatch) as caught:
        close(want * factor, want)
    assert f"is {factor:.4g} times what it should be" in caught.value.reason


@given(st.floats(-1e9, 1e9).filter(lambda x: abs(x) > 1e-6))
def test_close_takes_rounding_and_not_more(want: float) -> None:
    """A relative error of 1e-12 passes, one of 1e-6 does not."""
    close(want * (1 + 1e-12), want)
    with pytest.raises(Mismatch):
        close(want * (1 + 1e-6), want)


@pytest.mark.parametrize("got", ["1.0", None, True, [1.0], {"a": 1.0}, math.nan, math.inf])
def test_close_rejects_other_kinds(got: Any) -> None:
    """A number is wanted: text, truth and containers are not numbers."""
    with pytest.raises(Mismatch):
        close(got, 1.0)


def test_close_tells_huge_integers_apart_without_failing() -> None:
    """An int too large for a float is a mismatch, not an error of the judge's."""
    with pytest.raises(Mismatch):
        close(10**400, 1.0)


@pytest.mark.parametrize("got", [0, 0.5, 1, Decimal("0.3")])
def test_within_includes_both_ends(got: Any) -> None:
    """The bounds belong to the range."""
    within(got, 0, 1)


@pytest.mark.parametrize(("got", "said"), [(-0.1, "below"), (1.1, "above"), ("x", "not a number")])
def test_within_names_the_side(got: Any, said: str) -> None:
    """A value outside is said to be below or above."""
    with pytest.raises(Mismatch, match=said):
        within(got, 0, 1, "the share")


def test_within_rejects_nan() -> None:
    """NaN lies in no range."""
    with pytest.raises(Mismatch):
        within(math.nan, 0, 1)


def test_ranked_names_the_first_rank_that_differs() -> None:
    """Ranks count from 1."""
    ranked(["a", "b"], ["a", "b"])
    with pytest.raises(Mismatch, match="differs first at rank 2"):
        ranked(["a", "c"], ["a", "b"])
    with pytest.raises(Mismatch, match="has 1 entries; it should have 2"):
        ranked(["a"], ["a", "b"])
    with pytest.raises(Mismatch, match="not a list"):
        ranked("ab", ["a", "b"])


def test_raises_wants_exactly_this_kind() -> None:
    """Another exception, or a result, is a mismatch; a stub or a wrong signature is neither."""
    raises(Caller(Raised("ValueError", "no")), "ValueError", "f", 1)
    with pytest.raises(Mismatch, match="it raised KeyError"):
        raises(Caller(Raised("KeyError", "no")), "ValueError", "f", 1)
    with pytest.raises(Mismatch, match="should refuse"):
        raises(Caller(3), "ValueError", "f", 1)
    for fault in (NotYetWritten("x"), WrongSignature("x"), Missing("x")):
        with pytest.raises(type(fault)):
            raises(Caller(fault), "ValueError", "f", 1)


def test_record_wants_fields_and_types() -> None:
    """A float field takes an int, nothing else bends."""
    fields = {"cost": float, "model": str, "calls": int}
    whole = {"cost": 1, "model": "m", "calls": 2, "more": None}
    assert record(whole, fields) == whole
    with pytest.raises(Mismatch, match="lacks model"):
        record({"cost": 1, "calls": 2}, fields)
    with pytest.raises(Mismatch, match="is of type bool"):
        record({**whole, "calls": True}, fields)
    with pytest.raises(Mismatch, match="not a dict"):
        record([1], fields)


def test_require_prints_what_it_is_given() -> None:
    """Text is shown as it is, other values as Python prints them."""
    require(True, "fine")
    with pytest.raises(Mismatch) as caught:
        require(False, "no", got=[1], want="a list of two")
    assert (caught.value.got, caught.value.want) == ("[1]", "a list of two")


@given(PLAIN, st.integers(10, 200))
def test_show_stays_short(value: Any, longest: int) -> None:
    """A printed value never exceeds its limit."""
    assert len(show(value, longest)) <= longest
