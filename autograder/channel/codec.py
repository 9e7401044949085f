"""The one table of what may cross between learner and judge.

| Python value                              | on the wire                     |
|-------------------------------------------|---------------------------------|
| None, bool, str                           | itself                          |
| int of at most 64 bits, finite float      | itself                          |
| list, tuple                               | a JSON array                    |
| dict with str keys                        | `{"d": {...}}`                  |
| Decimal, finite                           | `{"n": "1.20"}`                 |
| numpy array of bool, int, uint or float   | `{"a": [dtype, shape, base64]}` |

Before encoding, the learner's side turns these into the above by exact type:
numpy scalars, Counter, OrderedDict, defaultdict, dataclasses, named tuples,
pydantic records, enum members, dates and times (ISO text), pandas Series
(list) and DataFrame (dict of columns). Anything else is refused with a
sentence. There is no pickle: decoding builds plain values only.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import enum
import math
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from autograder.errors import NotPortable

__all__ = ["MAX_CELLS", "MAX_DEPTH", "decode", "encode"]

MAX_CELLS = 1_000_000
MAX_DEPTH = 20
_INT64 = 2**63
_LONGEST = 60  # characters of a key, a place or a type's name in a sentence
_DIGITS, _EXPONENT = 100, 400  # of a Decimal
_DTYPES = frozenset(
    ["bool", "float16", "float32", "float64"]
    + [f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64)]
)
# What the task wants instead is not known here, so no single type is guessed.
_REMEDY = "make it what the task asks for, such as a list, a dict or a number"
_REMEDIES = {
    "function": "call it and return its result",
    "method": "call it and return its result",
    "builtin_function_or_method": "call it and return its result",
    "coroutine": "await it and return its result",
    "ellipsis": "put your answer in place of the dots",
}


def encode(value: Any, what: str = "the value") -> Any:
    """Turn a value into JSON-able data; raise `NotPortable` naming the part that cannot go.

    `what` opens the sentence, e.g. `"rank_passages returned"`.
    """
    try:
        return _encode(value, what, "", 0)
    except (NotPortable, KeyboardInterrupt):
        raise
    except BaseException as err:
        # A property, key or method of the learner's own object failed while it was read.
        problem = f"a value that raises {type(err).__name__} while it is read"
        raise NotPortable(f"{what} {problem}; return plain data.") from err


def decode(wire: Any) -> Any:
    """Build the value from parsed JSON; raise `NotPortable` on anything outside the table."""
    return _decode(wire, 0)


def _refuse(what: str, where: str, problem: str) -> NotPortable:
    fault, semicolon, remedy = problem.partition(";")
    place = f" (at {_short(where)})" if where else ""
    return NotPortable(f"{what} {fault}{place}{semicolon}{remedy}.")


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _encode(value: Any, what: str, where: str, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise _refuse(what, "", f"a value nested deeper than {MAX_DEPTH} levels; flatten it")
    kind = type(value)
    if value is None or kind is bool or kind is str:
        return _text(value, what, where) if kind is str else value
    if kind is int:
        if not -_INT64 <= value < 2 * _INT64:
            raise _refuse(what, where, "an int of more than 64 bits; return a float or a str")
        return value
    if kind is float:
        if not math.isfinite(value):
            raise _refuse(what, where, f"the float {value}; return a finite number or None")
        return value
    if kind is Decimal:
        if not value.is_finite():
            raise _refuse(what, where, f"the Decimal {value}; return a finite number or None")
        if len(str(value)) > _DIGITS or abs(value.adjusted()) > _EXPONENT:
            raise _refuse(what, where, f"a Decimal of more than {_DIGITS} characters; round it")
        return {"n": str(value)}
    if kind in (list, tuple):
        return [
            v if _is_plain(v, depth) else _encode(v, what, f"{where}[{i}]", depth + 1)
            for i, v in enumerate(value)
        ]
    if kind is dict:
        return {"d": _encode_items(value, what, where, depth)}
    return _encode_other(value, what, where, depth)


def _text(value: str, what: str, where: str) -> str:
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as err:
        raise _refuse(what, where, "a str that is not valid Unicode; decode it first") from err
    return value


def _encode_items(value: dict[Any, Any], what: str, where: str, depth: int) -> dict[str, Any]:
    items = {}
    for key, item in value.items():
        if type(key) is not str:
            key = key.item() if _is_numpy_scalar(key) else key
            if type(key) is not str:
                shown = f"{_short(repr(key))} of type {_short(type(key).__name__)}"
                raise _refuse(what, where, f"a dict with the key {shown}; use str keys")
        items[_text(key, what, where)] = (
            item if _is_plain(item, depth) else _encode(item, what, f"{where}[{key!r}]", depth + 1)
        )
    return items


def _is_plain(part: Any, depth: int) -> bool:
    """Tell whether a part of what is at `depth` goes as it is; most do, and need no place named."""
    if depth >= MAX_DEPTH:
        return False
    kind = type(part)
    if kind is float:
        return math.isfinite(part)
    if kind is str:
        return bool(part.isascii())
    if kind is int:
        return bool(-_INT64 <= part < 2 * _INT64)
    return part is None or kind is bool


def _encode_other(value: Any, what: str, where: str, depth: int) -> Any:
    kind = type(value)
    if _is_numpy_scalar(value):
        return _encode(value.item(), what, where, depth + 1)
    if _is_from(kind, "numpy", "ndarray"):
        return _encode_array(value, what, where, depth)
    if kind in (Counter, OrderedDict, defaultdict):
        return {"d": _encode_items(dict(value), what, where, depth)}
    if kind in (dt.date, dt.datetime, dt.time) or _is_from(kind, "pandas", "Timestamp"):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return _encode(value.value, what, where, depth + 1)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {f.name: getattr(value, f.name) for f in dataclasses.fields(value)}
        return {"d": _encode_items(fields, what, where, depth)}
    if isinstance(value, tuple) and hasattr(kind, "_fields"):
        return _encode(tuple(value), what, where, depth + 1)
    if _is_from(kind, "pandas", "Series"):
        return _encode(value.tolist(), what, where, depth + 1)
    if _is_from(kind, "pandas", "DataFrame"):
        columns = {str(name): value[name].tolist() for name in value.columns}
        return {"d": _encode_items(columns, what, where, depth)}
    if hasattr(kind, "model_dump") and hasattr(kind, "model_fields"):
        return _encode(value.model_dump(), what, where, depth + 1)
    name = _short(kind.__name__)
    article = "an" if name[:1].lower() in "aeiou" else "a"
    if name in _REMEDIES:
        raise _refuse(what, where, f"{article} {name}; {_REMEDIES[name]}")
    raise _refuse(what, where, f"{article} {name}, which cannot cross to the judge; {_REMEDY}")


def _is_from(kind: type, package: str, name: str) -> bool:
    # By name, so that a lesson without numpy or pandas never imports them.
    return kind.__name__ == name and kind.__module__.split(".")[0] == package


def _is_numpy_scalar(value: Any) -> bool:
    kind = type(value)
    if kind.__module__ != "numpy" or not hasattr(value, "item"):
        return False
    return kind.__name__ == "str_" or not hasattr(value, "__len__")


def _encode_array(value: Any, what: str, where: str, depth: int) -> Any:
    import numpy as np

    if value.dtype.kind in "OUS":
        return _encode(value.tolist(), what, where, depth + 1)
    if not _fits(value.shape):
        raise _refuse(what, where, f"an array of shape {value.shape}; return a smaller one")
    if value.dtype.name not in _DTYPES:
        raise _refuse(what, where, f"an array of {value.dtype}; convert it to float64 or int64")
    if not np.isfinite(value).all():
        raise _refuse(what, where, "an array with NaN or infinity; return finite numbers")
    data = np.ascontiguousarray(value).astype(value.dtype.newbyteorder("<"), copy=False)
    return {"a": [value.dtype.name, list(value.shape), base64.b64encode(data.tobytes()).decode()]}


def _fits(shape: Sequence[int]) -> bool:
    # Each dimension counts, an empty one too: (4194304, 0) has no bytes and 4194304 rows.
    return len(shape) <= 8 and math.prod(max(size, 1) for size in shape) <= MAX_CELLS


def _decode(wire: Any, depth: int) -> Any:
    # A tag adds one level to what the encoder counted, never more than doubling it.
    if depth > 2 * MAX_DEPTH + 2:
        raise NotPortable("The reply is nested too deeply.")
    kind = type(wire)
    if wire is None or kind is bool:
        return wire
    if kind is str:
        return _decode_text(wire)
    if kind is int and -_INT64 <= wire < 2 * _INT64:
        return wire
    if kind is float and math.isfinite(wire):
        return wire
    if kind is list:
        return [v if _is_plain(v, depth) else _decode(v, depth + 1) for v in wire]
    if kind is dict and len(wire) == 1:
        ((tag, body),) = wire.items()
        if tag == "d" and type(body) is dict:
            return {
                _decode_text(key): v if _is_plain(v, depth) else _decode(v, depth + 1)
                for key, v in body.items()
            }
        if tag == "n" and type(body) is str:
            return _decode_decimal(body)
        if tag == "a" and type(body) is list and len(body) == 3:
            return _decode_array(*body)
    raise NotPortable("The reply holds something that is not in the codec's table.")


def _decode_text(text: Any) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as err:
        raise NotPortable("The reply holds text that is not valid Unicode.") from err
    return str(text)


def _decode_decimal(text: str) -> Decimal:
    try:
        value = Decimal(text) if len(text) <= _DIGITS else None
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or abs(value.adjusted()) > _EXPONENT:
        raise NotPortable("The reply holds a Decimal that is not a finite number.")
    return value


def _decode_array(dtype: Any, shape: Any, body: Any) -> Any:
    import numpy as np

    sizes_ok = type(shape) is list and all(type(n) is int and 0 <= n < _INT64 for n in shape)
    kind_ok = type(dtype) is str and dtype in _DTYPES
    if not kind_ok or not sizes_ok or not _fits(shape) or type(body) is not str:
        raise NotPortable("The reply holds an array of a kind that is not in the codec's table.")
    try:
        data = base64.b64decode(body, validate=True)
    except ValueError as err:
        raise NotPortable("The reply holds an array whose bytes are damaged.") from err
    kind = np.dtype(dtype).newbyteorder("<")
    if math.prod(shape) * kind.itemsize != len(data):
        raise NotPortable("The reply holds an array whose shape and bytes disagree.")
    try:
        array = np.frombuffer(data, dtype=kind).reshape(shape).astype(dtype)
    except ValueError as err:
        raise NotPortable("The reply holds an array too large to build.") from err
    if not np.isfinite(array).all():
        raise NotPortable("The reply holds an array with NaN or infinity.")
    return array
