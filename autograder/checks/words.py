"""Comparisons that explain themselves."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Protocol

from autograder.errors import NotYetWritten, Raised, WrongSignature

__all__ = [
    "Mismatch",
    "close",
    "equal",
    "raises",
    "ranked",
    "record",
    "require",
    "show",
    "within",
]

_LONGEST = 160
_CODE = re.compile(r"[A-Za-z_]\w*(\[[^\]]*\]|\.\w+)*")  # a name of the learner's, not prose


class Mismatch(Exception):
    """Say how a value differs from what the task wants.

    `got` and `want` are short printed forms, or "" where showing them would
    not help.
    """

    def __init__(self, reason: str, got: str = "", want: str = "") -> None:
        self.reason = reason
        self.got = got
        self.want = want
        super().__init__(reason)


class _Caller(Protocol):
    def call(self, name: str, /, *args: Any, **kwargs: Any) -> Any: ...


def show(value: Any, longest: int = _LONGEST) -> str:
    """Print a value in at most `longest` characters."""
    if isinstance(value, float):
        text = format(value, ".10g")
    elif isinstance(value, Decimal):
        text = str(value)
    else:
        text = repr(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def equal(got: Any, want: Any, what: str = "the result") -> None:
    """Want exactly this value and kind of value; `True` is not `1`."""
    if _same(got, want):
        return
    where, g, w = _first_difference(got, want, what, "", _same)
    raise Mismatch(f"{where} is not what the task asks for.", show(g), show(w))


def close(
    got: Any, want: Any, rel: float = 1e-9, abs: float = 0.0, what: str = "the result"
) -> None:
    """Want numbers within `rel` relative or `abs` absolute error, through lists and dicts."""

    def same(g: Any, w: Any) -> bool:
        return _near(g, w, rel, abs)

    if same(got, want):
        return
    where, g, w = _first_difference(got, want, what, "", same)
    ratio = _ratio(g, w)
    if ratio > 0 and not 0.5 < ratio < 2:
        raise Mismatch(f"{where} is {ratio:.4g} times what it should be.", show(g), show(w))
    raise Mismatch(f"{where} is not what the task asks for.", show(g), show(w))


def _ratio(got: Any, want: Any) -> float:
    """Divide two numbers; 1.0 where they are not, or where a float cannot hold the answer."""
    if not (_number(got) and _number(want)):
        return 1.0
    try:
        ratio = float(got) / float(want)
    except (OverflowError, ZeroDivisionError):
        return 1.0
    return ratio if math.isfinite(ratio) else 1.0


def within(got: Any, low: float, high: float, what: str = "the result") -> None:
    """Want a number between `low` and `high`, both included."""
    what = _place(what)
    if not _number(got):
        raise Mismatch(f"{what} is not a number.", show(got), f"{low:.6g} to {high:.6g}")
    if not low <= got <= high:
        side = "below" if got < low else "above"
        raise Mismatch(
            f"{what} lies {side} the allowed range.", show(got), f"{low:.6g} to {high:.6g}"
        )


def ranked(got: Any, want: Sequence[Any], what: str = "the ranking") -> None:
    """Want the same ids in the same order; name the first rank that differs."""
    what = _place(what)
    if not isinstance(got, list):
        raise Mismatch(f"{what} is not a list of ids.", show(got), show(list(want)))
    for rank, (g, w) in enumerate(zip(got, want, strict=False), start=1):
        if not _same(g, w):
            raise Mismatch(f"{what} differs first at rank {rank}.", show(g), show(w))
    if len(got) != len(want):
        raise Mismatch(f"{what} has {len(got)} entries; it should have {len(want)}.")


def raises(learner: _Caller, kind: str, name: str, /, *args: Any, **kwargs: Any) -> None:
    """Want the learner's function to raise an exception of class `kind`."""
    try:
        got = learner.call(name, *args, **kwargs)
    except (NotYetWritten, WrongSignature):
        raise
    except Raised as fault:
        if fault.kind != kind:
            raise Mismatch(
                f"{name} should refuse this input with {kind}; it raised {fault.kind}.",
                fault.kind,
                kind,
            ) from None
        return
    raise Mismatch(f"{name} should refuse this input with {kind}.", show(got), f"raises {kind}")


def require(condition: bool, reason: str, got: Any = "", want: Any = "") -> None:
    """Want a condition; `reason` is the sentence the learner reads otherwise."""
    if not condition:
        raise Mismatch(reason, _printed(got), _printed(want))


def record(got: Any, fields: Mapping[str, type], what: str = "the result") -> dict[str, Any]:
    """Want a dict with these fields of these types; a float field takes an int too."""
    if not isinstance(got, dict):
        raise Mismatch(
            f"{_place(what)} is not a dict.", show(got), f"a dict with {', '.join(fields)}"
        )
    absent = [name for name in fields if name not in got]
    if absent:
        lacking = f"{_place(what)} lacks {', '.join(absent)}."
        raise Mismatch(lacking, show(sorted(got)), show(list(fields)))
    for name, kind in fields.items():
        value = got[name]
        if kind is float and _number(value):
            continue
        if type(value) is not kind:
            where = _place(what, f"[{name!r}]")
            raise Mismatch(
                f"{where} is of type {type(value).__name__}.", show(value), kind.__name__
            )
    return got


def _printed(value: Any) -> str:
    return value if isinstance(value, str) else show(value)


def _number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _array(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _same(got: Any, want: Any) -> bool:
    return _match(got, want, lambda g, w: bool(g == w))


def _near(got: Any, want: Any, rel: float, abs_: float) -> bool:
    def near(g: Any, w: Any) -> bool:
        try:
            return math.isclose(float(g), float(w), rel_tol=rel, abs_tol=abs_)
        except OverflowError:
            return bool(g == w)

    return _match(got, want, near)


def _match(got: Any, want: Any, number: Any) -> bool:
    got, want = _array(got), _array(want)
    if _number(want):
        return _number(got) and number(got, want)
    if isinstance(want, list | tuple):
        return (
            isinstance(got, list | tuple)
            and len(got) == len(want)
            and all(_match(g, w, number) for g, w in zip(got, want, strict=True))
        )
    if isinstance(want, dict):
        return (
            isinstance(got, dict)
            and got.keys() == want.keys()
            and all(_match(got[key], want[key], number) for key in want)
        )
    return type(got) is type(want) and bool(got == want)


def _place(what: str, path: str = "") -> str:
    """Name a value and the way into it, so that a sentence can open with it."""
    if _CODE.fullmatch(what):
        return f"the value of {what}{path}"
    return f"{what} at {path}" if path else what


def _first_difference(got: Any, want: Any, what: str, path: str, same: Any) -> tuple[str, Any, Any]:
    got, want = _array(got), _array(want)
    where = _place(what, path)
    if isinstance(want, list | tuple) and isinstance(got, list | tuple):
        if len(got) != len(want):
            entries = "1 entry" if len(got) == 1 else f"{len(got)} entries"
            return f"{where} has {entries} instead of {len(want)}; it", got, want
        for index, (g, w) in enumerate(zip(got, want, strict=True)):
            if not same(g, w):
                return _first_difference(g, w, what, f"{path}[{index}]", same)
    if isinstance(want, dict) and isinstance(got, dict):
        for key in want:
            if key not in got:
                return f"{where} lacks the key {key!r}; it", got, want
            if not same(got[key], want[key]):
                return _first_difference(got[key], want[key], what, f"{path}[{key!r}]", same)
        extra = [key for key in got if key not in want]
        return f"{where} has a key too many, {extra[0]!r}; it", got, want
    return where, got, want
