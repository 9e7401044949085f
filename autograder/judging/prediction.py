"""Predictions: kept before a cell runs, shown afterwards beside what happened, never marked."""

from __future__ import annotations

import ast
import math
from pathlib import Path
from typing import Any

from autograder.judging import session
from autograder.judging.attempts import Attempts

__all__ = ["compared", "number", "predict"]

_LONGEST = 400
_ABSENT = object()
# Where nothing may be written, a prediction lasts as long as the kernel.
_SPOKEN: dict[tuple[str, str], str] = {}
_SHOWN: set[tuple[str, str]] = set()


def predict(name: str, value: Any = ..., *, actual: Any = _ABSENT) -> None:
    """Keep a prediction, or show the kept one beside what happened (`actual`).

    Once shown beside what happened, a prediction stays as it was. With the
    dots still in place it says what to do. It earns nothing and never stops a
    notebook; in the official seat it does nothing.
    """
    seat = session.seat()
    if seat == "official":
        return
    key = (_lesson(session.namespace_of(1)), str(name))
    if value is not ...:
        print(_keep(key, _printed(value), seat))
    if actual is not _ABSENT:
        kept = _kept(key, seat)
        if kept is None and seat == "book":  # nobody asked its reader to predict
            print(f"{name} came out as {_printed(actual)}.")
        else:
            print(compared(str(name), kept, _printed(actual)))
        if kept is not None:
            _close(key, _printed(actual), seat)
    elif value is ...:
        print(
            f"No prediction of {name} yet. Write yours in place of the dots and run this cell. "
            "The lesson goes on either way."
        )


def compared(name: str, predicted: str | None, actual: str) -> str:
    """Put a printed prediction beside a printed outcome, with ratio and difference of numbers."""
    if predicted is None:
        return f"{name} came out as {actual}. You kept no prediction of it."
    both = f"{name}: you predicted {predicted}, it came out as {actual}."
    if predicted == actual:
        return f"{both} That is what you predicted."
    p, a = number(predicted), number(actual)
    if p is None or a is None:
        return both
    if p == a:
        return f"{both} That is what you predicted."
    side = "too high" if p > a else "too low"
    by = f"by {abs(p - a):.4g}"
    if a and p / a > 0:
        return f"{both} Yours is {p / a:.3g} times what happened, {side} {by}."
    return f"{both} Yours is {side} {by}."


def _lesson(namespace: dict[str, Any]) -> str:
    path = session.notebook_path(namespace)
    return path.stem if path is not None else Path.cwd().name


def _keep(key: tuple[str, str], value: str, seat: session.Seat) -> str:
    """Keep a prediction whose outcome is not known yet; say what is kept."""
    first = _kept(key, seat)
    if first is not None and first != value and _closed(key, seat):
        return f"Your prediction of {key[1]} before the outcome was {first}; it stays."
    _SPOKEN[key] = value
    if seat == "practice" and first != value:
        Attempts().keep_prediction(*key, value)
    return f"Kept: {key[1]} = {value}"


def _close(key: tuple[str, str], actual: str, seat: session.Seat) -> None:
    if seat == "practice" and not _closed(key, seat):
        Attempts().keep_outcome(*key, actual)
    _SHOWN.add(key)


def _closed(key: tuple[str, str], seat: session.Seat) -> bool:
    return key in _SHOWN or (seat == "practice" and Attempts().outcome_shown(*key))


def _kept(key: tuple[str, str], seat: session.Seat) -> str | None:
    if seat == "practice" and key not in _SPOKEN:
        found = Attempts().prediction(*key)
        return found.value if found else None
    return _SPOKEN.get(key)


def _printed(value: Any) -> str:
    try:
        plain = value.item() if hasattr(value, "item") and not hasattr(value, "__len__") else value
        text = repr(round(plain, 10) if isinstance(plain, float) else plain)
    except Exception:
        return f"a {type(value).__name__} that cannot be printed"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def number(text: str) -> float | None:
    """Return the number that a printed value is, None where it is none or not finite."""
    try:
        value = ast.literal_eval(text)
        number = float(value) if isinstance(value, int | float) else None
    except (ValueError, SyntaxError, OverflowError):
        return None
    return number if number is not None and math.isfinite(number) else None
