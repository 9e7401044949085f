"""What may cross between learner and judge."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import enum
import json
import math
from collections import Counter, OrderedDict, defaultdict, namedtuple
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from pydantic import BaseModel

from autograder.channel import decode, encode
from autograder.channel.codec import MAX_DEPTH
from autograder.errors import NotPortable

UNREADABLE = (
    "which cannot cross to the judge; "
    "make it what the task asks for, such as a list, a dict or a number"
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)
)
PLAIN = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=4
        )
    ),
    max_leaves=15,
)
JSONS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=6)
    | st.sampled_from(["float64", "int8", "AAAA", "1e9999999", "NaN"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["d", "n", "a", "x"]), inner, max_size=2)
    ),
    max_leaves=12,
)


def there_and_back(value: Any) -> Any:
    """Encode, pass through JSON text, decode."""
    return decode(json.loads(json.dumps(encode(value), allow_nan=False)))


@given(PLAIN)
def test_plain_values_arrive_as_they_left(value: Any) -> None:
    """The round trip is the identity, types included."""
    back = there_and_back(value)
    assert back == value
    assert repr(back) == repr(value)


@given(
    hnp.arrays(
        st.sampled_from(["bool", "int8", "int64", "uint16", "float32", "float64"]),
        hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
        elements={"allow_nan": False, "allow_infinity": False},
    )
)
def test_arrays_arrive_with_type_and_shape(array: Any) -> None:
    """Shape, element type and every value survive."""
    back = there_and_back(array)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert (back == array).all()


def test_a_decoded_array_may_be_changed() -> None:
    """A judge and a learner may sort what they receive in place."""
    there_and_back(np.arange(3))[0] = 9


@given(JSONS)
def test_decoding_builds_plain_values_or_refuses(wire: Any) -> None:
    """Whatever a hostile process sends, decoding returns plain data or raises NotPortable."""
    with contextlib.suppress(NotPortable):
        assert "object" not in repr(decode(wire))


@dataclasses.dataclass
class Point:
    """A dataclass with a part."""

    x: int
    tags: tuple[str, ...]


class Invoice(BaseModel):
    """A pydantic record."""

    total: Decimal
    day: dt.date


class Colour(enum.Enum):
    """An enum of text."""

    RED = "red"


Pair = namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        ((1, (2, 3)), [1, [2, 3]]),
        (np.float64(0.5), 0.5),
        (np.int32(7), 7),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (Counter("aab"), {"a": 2, "b": 1}),
        (OrderedDict(a=1), {"a": 1}),
        (defaultdict(list, {"a": [1]}), {"a": [1]}),
        (Point(1, ("a",)), {"x": 1, "tags": ["a"]}),
        (Pair(1, 2), [1, 2]),
        (Invoice(total=Decimal("1.20"), day=dt.date(2026, 1, 2)), None),
        (Colour.RED, "red"),
        (dt.date(2026, 1, 2), "2026-01-02"),
        (dt.datetime(2026, 1, 2, 3, 4), "2026-01-02T03:04:00"),
        (pd.Timestamp("2026-01-02"), "2026-01-02T00:00:00"),
        (pd.Series([1, 2]), [1, 2]),
        (pd.DataFrame({"a": [1], "b": ["x"]}), {"a": [1], "b": ["x"]}),
        (np.array(["a", "b"]), ["a", "b"]),
        ({np.str_("k"): 1}, {"k": 1}),
    ],
    ids=lambda v: type(v).__name__,
)
def test_common_types_are_made_plain(value: Any, arrives: Any) -> None:
    """What learners naturally return arrives as the plain value it stands for."""
    if isinstance(value, Invoice):
        arrives = {"total": Decimal("1.20"), "day": "2026-01-02"}
    assert there_and_back(value) == arrives


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({1, 2}, f"f returned a set, {UNREADABLE}."),
        (range(3), f"f returned a range, {UNREADABLE}."),
        ((x for x in []), f"f returned a generator, {UNREADABLE}."),
        ({}.keys(), f"f returned a dict_keys, {UNREADABLE}."),
        (b"x", f"f returned a bytes, {UNREADABLE}."),
        (1j, f"f returned a complex, {UNREADABLE}."),
        (len, "f returned a builtin_function_or_method; call it"),
        (lambda: 1, "f returned a function; call it and return its result."),
        (..., "f returned an ellipsis; put your answer in place of the dots."),
        (object(), f"f returned an object, {UNREADABLE}."),
        (math.nan, "f returned the float nan; return a finite number or None."),
        (-math.inf, "f returned the float -inf"),
        (Decimal("NaN"), "f returned the Decimal NaN"),
        (Decimal("1e5000"), "f returned a Decimal of more than 100 characters; round it."),
        (Decimal("1") / 7 * Decimal("1e-500"), "f returned a Decimal of more than"),
        (2**64, "f returned an int of more than 64 bits"),
        ({1: 2}, "f returned a dict with the key 1 of type int; use str keys."),
        ([0, {"a": {3}}], "f returned a set, which cannot cross to the judge (at [1]['a']); make"),
        (np.array([1.0, np.nan]), "f returned an array with NaN or infinity"),
        (np.array([1j]), "f returned an array of complex128"),
        (np.array(["2026-01-01"], dtype="datetime64[D]"), "f returned an array of datetime64[D]"),
        (pd.Series([1.0, np.nan]), "f returned the float nan"),
        ("\ud800", "f returned a str that is not valid Unicode"),
    ],
    # Without the address that an object without a name is written with: two processes must agree.
    ids=lambda v: ascii(str(v)[:30].split(" at 0x")[0]),
)
def test_anything_else_is_refused_with_a_sentence(value: Any, said: str) -> None:
    """The sentence names the type, the place and what to do, and guesses at no type."""
    with pytest.raises(NotPortable) as caught:
        encode(value, "f returned")
    assert str(caught.value).startswith(said)
    assert str(caught.value).endswith(".")


def test_depth_is_limited_on_both_sides() -> None:
    """Twenty levels cross, more do not, and a list that holds itself ends."""
    deep: Any = 1
    for _ in range(MAX_DEPTH):
        deep = {"a": deep}
    assert there_and_back(deep) == deep
    with pytest.raises(NotPortable, match="nested deeper"):
        encode([deep])
    ring: list[Any] = []
    ring.append(ring)
    with pytest.raises(NotPortable, match="nested deeper"):
        encode(ring)
    wire: Any = 1
    for _ in range(500):
        wire = [wire]
    with pytest.raises(NotPortable, match="too deeply"):
        decode(wire)


class Liar(dict):  # type: ignore[type-arg]  # only its name and behaviour matter
    """A dict that is not exactly a dict."""

    def items(self) -> Any:
        """Say something else than is in it."""
        return {"forged": True}.items()


@pytest.mark.parametrize("value", [Liar(a=1), type("Int", (int,), {})(3), type("S", (str,), {})()])
def test_a_subclass_is_not_the_type(value: Any) -> None:
    """Exact types decide, so an overridden method never runs in the codec's name."""
    with pytest.raises(NotPortable):
        encode(value)


def raising(name: str) -> Any:
    """Return an object whose attribute or method `name` raises."""

    def fail(*_: Any) -> Any:
        raise ZeroDivisionError

    return type("Hostile", (), {name: property(fail), "__repr__": fail})()


class BadRecord(BaseModel):
    """A record that cannot be dumped."""

    def model_dump(self, **_: Any) -> dict[str, Any]:
        """Fail."""
        raise ZeroDivisionError


class BadKey:
    """A key that cannot be printed."""

    def __repr__(self) -> str:
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "value",
    [raising("item"), raising("_fields"), raising("model_dump"), BadRecord(), {BadKey(): 1}],
    ids=["item", "fields", "model_dump", "record", "key"],
)
def test_an_object_that_raises_while_it_is_read_is_refused(value: Any) -> None:
    """The learner reads a sentence; nothing of theirs escapes as a fault of the course."""
    with pytest.raises(NotPortable):
        encode(value, "f returned")


def test_a_refusal_stays_short() -> None:
    """A huge key does not make a huge sentence."""
    with pytest.raises(NotPortable) as caught:
        encode({(0,) * 10_000: 1}, "f returned")
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    "wire",
    [
        "\ud800",
        {"d": {"\ud800": 1}},
        {"n": "NaN"},
        {"n": "1e999999999"},
        {"n": "x"},
        {"a": ["object", [1], "AAAA"]},
        {"a": ["float64", [2**70], ""]},
        {"a": ["float64", [-1], ""]},
        {"a": ["float64", [1], "!!!"]},
        {"a": ["float64", [3], "AAAA"]},
        {"a": [["float64"], [1], ""]},
        {"a": ["float64", [0, 10**18, 10**18], ""]},
        {"d": {}, "n": "1"},
        {"z": 1},
        {},
        2**64,
        math.inf,
    ],
    ids=ascii,
)
def test_decoding_refuses_forgeries(wire: Any) -> None:
    """Only what the encoder could have written is read."""
    with pytest.raises(NotPortable):
        decode(wire)
