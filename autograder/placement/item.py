"""One short task in code: what it asks, how it is solved, and how an answer is judged."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from numbers import Real
from random import Random
from typing import Any

from autograder.placement.running import Late, limited

__all__ = ["CASES", "SECONDS", "Case", "Item", "Verdict", "judge", "same"]

CASES = 6
SECONDS = 10.0  # also on a busy machine; the cases themselves take milliseconds
_LONGEST = 160

Answer = Callable[..., Any]
Case = tuple[Any, ...]


def _call(function: Answer, case: Case) -> Any:
    return function(*case)


@dataclass(frozen=True)
class Item:
    """A task: `statement` and `example` are shown, `starter` is the signature to begin with.

    `case` draws the arguments of one of `CASES` cases, by its number.
    `drive` puts a function through a case where a plain call would not do, and
    returns what is compared with what it returns for `reference`.
    """

    id: str
    statement: str
    example: str
    starter: str
    reference: Answer
    case: Callable[[Random, int], Case]
    drive: Callable[[Answer, Case], Any] = _call


@dataclass(frozen=True)
class Verdict:
    """Say whether an answer solves the item, in one sentence; `written` is False for a stub."""

    solved: bool
    reason: str
    written: bool = True


def judge(item: Item, function: Answer, seed: int, seconds: float = SECONDS) -> Verdict:
    """Put a function through the item's cases, apart from this process where that is possible."""
    try:
        return Verdict(*limited(lambda: _outcome(item, function, seed), seconds))
    except Late:
        return Verdict(False, f"It had not ended after {seconds:g} seconds.")


def same(got: Any, want: Any) -> bool:
    """Tell whether two plain values agree: numbers within a millionth, lists as tuples."""
    got = got.tolist() if hasattr(got, "tolist") else got
    if isinstance(want, bool) or want is None or isinstance(got, bool):
        return got is want
    if isinstance(want, Real):
        return isinstance(got, Real) and math.isclose(got, want, rel_tol=1e-6, abs_tol=1e-9)
    if isinstance(want, Mapping):
        return (
            isinstance(got, Mapping)
            and got.keys() == want.keys()
            and all(same(got[key], want[key]) for key in want)
        )
    if isinstance(want, list | tuple):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(want)
            and all(same(one, other) for one, other in zip(got, want, strict=True))
        )
    return bool(got == want)


def _outcome(item: Item, function: Answer, seed: int) -> tuple[bool, str, bool]:
    wrong = 0
    for number in range(CASES):
        case = item.case(Random(f"{item.id}/{seed}/{number}"), number)
        want = item.drive(item.reference, copy.deepcopy(case))
        try:
            got = item.drive(function, copy.deepcopy(case))
        except NotImplementedError:
            return False, f"{item.id} is not written yet.", False
        except Exception as error:
            words = " ".join(f"{type(error).__name__}: {error}".split())
            return False, f"It raised {words[:_LONGEST]}", True
        wrong += not same(got, want)
    if wrong:
        return False, f"It gave another result than asked for on {wrong} of {CASES} cases.", True
    return True, f"It gave the result asked for on all {CASES} cases.", True
