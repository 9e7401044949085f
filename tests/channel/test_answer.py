"""A request becomes a reply in the learner's process."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from autograder.channel import Request, answer, encode
from autograder.channel.answer import fault_of
from autograder.errors import Missing, NotPortable, NotYetWritten, Raised, WrongSignature


def ask(namespace: dict[str, Any], name: str, *args: Any, op: str = "call", **kwargs: Any) -> Any:
    """Send one request; return the value, or raise the fault that came back."""
    request = Request(id="7", op=op, name=name, args=encode(list(args)), kwargs=encode(kwargs))
    probes: dict[str, Callable[..., Any]] = {"probe": lambda space, x: [sorted(space), x]}
    reply = answer(request, namespace, probes)
    assert reply["id"] == "7"
    if "fault" in reply:
        raise fault_of(reply["fault"])
    return reply["ok"]


def test_a_call_gets_arguments_and_returns_a_value() -> None:
    """Positional and keyword arguments arrive."""
    assert ask({"f": lambda a, b=0: [a, b]}, "f", 1, b=2) == [1, 2]


def test_a_coroutine_is_awaited_even_inside_a_running_loop() -> None:
    """A notebook has a loop of its own, which must not matter."""

    async def f(x: int) -> int:
        await asyncio.sleep(0)
        return x + 1

    async def notebook() -> Any:
        return ask({"f": f}, "f", 1)

    assert ask({"f": f}, "f", 1) == 2
    assert asyncio.run(notebook()) == 2


def test_values_and_probes_answer_too() -> None:
    """A variable is read, a probe is run on the namespace."""
    assert ask({"x": (1, 2)}, "x", op="value") == [1, 2]
    assert ask({"x": 1}, "probe", 5, op="probe") == [["x"], 5]


@pytest.mark.parametrize(
    ("namespace", "op", "fault", "said"),
    [
        ({}, "call", Missing, "There is no f"),
        ({"f": 3}, "call", Missing, "f is not a function but int"),
        ({}, "value", Missing, "There is no f yet"),
        ({"f": None}, "value", NotYetWritten, "f is still empty"),
        ({"f": ...}, "value", NotYetWritten, "f is still empty"),
    ],
)
def test_absent_names_are_said(
    namespace: dict[str, Any], op: str, fault: type[Exception], said: str
) -> None:
    """A name that is not there yet is told apart from a wrong one."""
    with pytest.raises(fault, match=said):
        ask(namespace, "f", op=op)


def test_an_untouched_stub_is_not_an_error() -> None:
    """nbgrader's stub raises NotImplementedError, which means: not yet."""

    def f() -> None:
        raise NotImplementedError

    with pytest.raises(NotYetWritten, match="f is not written yet"):
        ask({"f": f}, "f")


def test_a_wrong_signature_is_told_from_a_type_error_inside() -> None:
    """Only the call's own shape is a wrong signature."""
    with pytest.raises(WrongSignature, match=r"f\(a, b\) cannot be called"):
        ask({"f": lambda a, b: 0}, "f", 1)
    with pytest.raises(WrongSignature, match="'c'"):
        ask({"f": lambda a: 0}, "f", 1, c=2)
    with pytest.raises(Raised) as caught:
        ask({"f": lambda a: a + ""}, "f", 1)
    assert caught.value.kind == "TypeError"


def test_an_exception_names_class_text_and_line() -> None:
    """The line counts from the function's own def."""

    def f(x: int) -> int:
        y = x - 1
        return 1 // y

    f = eval("f", {"f": f})
    with pytest.raises(Raised) as caught:
        ask({"f": f}, "f", 1)
    assert caught.value.kind == "ZeroDivisionError"
    assert caught.value.where == "in line 3 of f"


class Unprintable(Exception):
    """An exception that cannot be printed."""

    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize("error", [SystemExit(0), GeneratorExit(), Unprintable(), RecursionError()])
def test_whatever_is_raised_becomes_a_fault(error: BaseException) -> None:
    """Leaving the process, or an unprintable exception, is the learner's fault and no crash."""

    def f() -> None:
        raise error

    with pytest.raises(Raised) as caught:
        ask({"f": f}, "f")
    assert caught.value.kind == type(error).__name__


def test_a_learner_cannot_raise_our_faults() -> None:
    """An exception of this package's, raised by a learner, stays an exception of theirs."""

    def f() -> None:
        raise Missing("forged")

    with pytest.raises(Raised) as caught:
        ask({"f": f}, "f")
    assert caught.value.kind == "Missing"


def test_an_interrupt_passes_through() -> None:
    """A person who stops a check stops it."""

    def f() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask({"f": f}, "f")


def test_addresses_and_length_do_not_reach_the_reason() -> None:
    """The same fault reads the same in every process, and stays short."""

    def f() -> None:
        raise ValueError(f"{object()!r} {'x' * 5000}")

    with pytest.raises(Raised) as caught:
        ask({"f": f}, "f")
    assert "0x…" in caught.value.text
    assert len(caught.value.text) <= 500


def test_a_result_that_cannot_cross_is_named_after_the_function() -> None:
    """The sentence starts with the learner's function."""
    with pytest.raises(NotPortable, match=r"^f returned a set, which .* dict or a number\.$"):
        ask({"f": lambda: {1}}, "f")
    with pytest.raises(NotPortable, match=r"^x is a set"):
        ask({"x": {1}}, "x", op="value")


def test_a_huge_result_is_refused_in_both_seats_alike() -> None:
    """What no frame could carry is refused where it is made."""
    with pytest.raises(NotPortable, match="f returned 17 MB; at most 16 MB may cross"):
        ask({"f": lambda: "x" * (17 * 2**20)}, "f")


def test_arguments_are_copies() -> None:
    """A function that changes its argument changes nothing of the judge's."""
    given = [1, 2]
    ask({"f": lambda xs: xs.clear()}, "f", given)
    assert given == [1, 2]


class NoSignature:
    """A callable whose signature cannot be read."""

    @property
    def __signature__(self) -> Any:
        raise ZeroDivisionError

    def __call__(self, x: int) -> int:
        """Return one more."""
        return x + 1


def test_a_callable_without_a_readable_signature_is_called_anyway() -> None:
    """Builtins and odd callables are judged by what they return."""
    assert ask({"f": NoSignature()}, "f", 1) == 2
    assert ask({"f": max}, "f", [1, 3]) == 3


def test_a_default_that_cannot_be_printed_is_no_crash() -> None:
    """The sentence about a wrong signature survives a hostile default."""

    class Silent:
        def __repr__(self) -> str:
            raise ZeroDivisionError

    silent = Silent()
    with pytest.raises(WrongSignature, match="cannot be called as the task states"):
        ask({"f": lambda a, b=silent: 0}, "f")


def test_a_class_that_lies_about_being_read_is_refused() -> None:
    """A result that raises while it is encoded becomes a sentence."""

    class Hostile:
        @property
        def _fields(self) -> Any:
            raise ZeroDivisionError

        @property
        def __class__(self) -> Any:
            raise ZeroDivisionError

    with pytest.raises((NotPortable, Raised)):
        ask({"f": Hostile}, "f")


@pytest.mark.parametrize("parts", [["Nonsense", "x"], ["Raised", "x"], ["Missing", "a", "b"]])
def test_an_unknown_fault_is_not_rebuilt(parts: list[str]) -> None:
    """A forged fault is a broken channel, never an exception class of the sender's choice."""
    with pytest.raises(ValueError):
        fault_of(parts)
