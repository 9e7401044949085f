"""Run a function's text against worked examples; the browser gets this file as it is.

Only the standard library, since Pyodide's core is all there is in the page.
"""

from __future__ import annotations

import io
import json
import linecache
import math
import traceback
from collections.abc import Mapping
from contextlib import redirect_stdout
from decimal import Decimal
from typing import Any

__all__ = ["MOST", "run"]

MOST = 4_000  # characters of anything that is shown: a page is no log
_CELL = "your cell"
_STUB = "raise NotImplementedError()"


def run(task: str) -> str:
    """Run a task and return its report; both are JSON.

    The task has `before` (what the lesson's earlier cells define), `code` and
    `examples`, each with `call` and `gives` or `raises`, and with `digits` or `within` where
    numbers need not be equal. The report has
    `printed`, `error` (why the cell itself failed, or "") and for each example
    `call`, `wanted`, `got` and `verdict`: "same", "differs", "raised" or
    "unwritten".
    """
    asked = json.loads(task)
    space: dict[str, Any] = {"__name__": "__main__"}
    printed = io.StringIO()
    with redirect_stdout(printed):
        exec(asked["before"], space)
        expected = [_wanted(example, dict(space)) for example in asked["examples"]]
        error = _define(asked["code"], space)
        pairs = [] if error else list(zip(asked["examples"], expected, strict=True))
        open_ = _STUB in asked["code"]
        tried = [_try(example, wanted, space, open_) for example, wanted in pairs]
    return json.dumps({"printed": _short(printed.getvalue()), "error": error, "examples": tried})


def _wanted(example: Mapping[str, Any], space: dict[str, Any]) -> Any:
    return eval(example["gives"], space) if "gives" in example else None


def _define(code: str, space: dict[str, Any]) -> str:
    """Run the reader's text; return its traceback, or nothing."""
    lines = [f"{line}\n" for line in code.splitlines()]
    linecache.cache[_CELL] = (len(code), None, lines, _CELL)
    try:
        exec(compile(code, _CELL, "exec"), space)
    except (Exception, SystemExit) as err:
        return _told(err)
    return ""


def _try(
    example: Mapping[str, Any], wanted: Any, space: dict[str, Any], open_: bool
) -> dict[str, str]:
    """Compare one call; an `open_` text still holds the line that stands for the answer."""
    raises = example.get("raises", "")
    shown = {"call": example["call"], "wanted": f"raises {raises}" if raises else repr(wanted)}
    if "within" in example:
        shown["wanted"] = f"about {wanted!r}, give or take {example['within']}"
    try:
        got = eval(example["call"], space)
    except NotImplementedError:
        return shown | {"verdict": "unwritten", "got": "not written yet"}
    except (Exception, SystemExit) as err:
        kinds = {kind.__name__ for kind in type(err).__mro__}
        verdict = "same" if raises in kinds else "raised"
        return shown | {"verdict": verdict, "got": _told(err)}
    verdict = "same" if not raises and same(got, wanted, _room(example)) else "differs"
    if verdict == "differs" and got is None and open_:
        verdict = "unwritten"
    return shown | {"verdict": verdict, "got": _short(_written(got))}


def same(got: Any, wanted: Any, room: float | None = None) -> bool:
    """Compare as a task's judge would: numbers are numbers, a tuple or an array is a list.

    A float may be off by `room`, or by 1e-9 of its size; a whole number is exact.
    """
    got = got.tolist() if hasattr(got, "tolist") else got
    if isinstance(wanted, dict):
        if not isinstance(got, dict) or got.keys() != wanted.keys():
            return False
        return all(same(got[name], value, room) for name, value in wanted.items())
    if isinstance(wanted, list | tuple):
        if not isinstance(got, list | tuple) or len(got) != len(wanted):
            return False
        return all(same(one, other, room) for one, other in zip(got, wanted, strict=True))
    if _number(got) and _number(wanted):
        if room is not None and isinstance(wanted, float):
            return abs(float(got) - wanted) <= room
        return math.isclose(got, wanted, rel_tol=1e-9)
    return type(got) is type(wanted) and bool(got == wanted)


def _number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _room(example: Mapping[str, Any]) -> float | None:
    """Return how far off a float may be; half a digit is what rounding takes."""
    if "digits" in example:
        return 0.5000001 / 10.0 ** int(example["digits"])
    return float(example["within"]) if "within" in example else None


def _told(err: BaseException) -> str:
    """Return the traceback from the reader's own lines on."""
    found = traceback.TracebackException.from_exception(err)
    own = [frame for frame in found.stack if frame.filename == _CELL]
    found.stack = traceback.StackSummary.from_list(own)
    return _short("".join(found.format(chain=False)).strip())


def _written(value: Any) -> str:
    try:
        return repr(value)
    except Exception as err:
        return f"a {type(value).__name__} that cannot be shown ({type(err).__name__})"


def _short(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:MOST]}\n… {len(text) - MOST:,} characters more"
