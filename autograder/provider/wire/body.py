"""Read a request's JSON and check it, with the real API's words for what is wrong."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request

from autograder.provider.wire.call import draft_of
from autograder.provider.wire.errors import ApiError, invalid_value, missing

__all__ = ["checked", "invalid_json", "read", "read_object"]

Record = TypeVar("Record", bound=BaseModel)

_KINDS = {  # pydantic's name of what it expected, and the API's
    "bool_type": "a boolean",
    "dict_type": "an object",
    "float_type": "a decimal",
    "int_from_float": "an integer",
    "int_type": "an integer",
    "list_type": "an array",
    "mapping_type": "an object",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "string_type": "a string",
}
_BOUNDS = {  # the words for a number beyond its bound, and the code's end
    "greater_than_equal": ("below minimum value", ">= {ge}", "below_min_value"),
    "less_than_equal": ("above maximum value", "<= {le}", "above_max_value"),
}


async def read(request: Request, record: type[Record]) -> Record:
    """Return the body as a checked record; the ledger's draft keeps it as it came."""
    return checked(record, await read_object(request))


async def read_object(request: Request) -> dict[str, Any]:
    """Return the body's JSON object; raise 415 or 400 where there is none."""
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise _unsupported(kind)
    found = _parsed(await request.body())
    draft_of(request.scope).body = found
    if not isinstance(found, dict):
        raise invalid_value(
            f"Invalid type for the body: expected an object, but got {_named(found)} instead.",
            None,
            "invalid_type",
        )
    return found


def checked(record: type[Record], body: Mapping[str, Any]) -> Record:
    """Return the body as a record; raise the API's 400 for the first thing that is wrong."""
    try:
        return record.model_validate(body)
    except ValidationError as err:
        raise _refusal(err.errors(include_url=False), body) from None


def invalid_json() -> ApiError:
    """Return the 400 for a body that is no JSON."""
    return ApiError(
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't "
        "using your HTTP library correctly. The OpenAI API expects a JSON payload, but what was "
        "sent was not valid JSON.)",
    )


def _unsupported(kind: str) -> ApiError:
    shown = kind[:100] or "(none)"
    return ApiError(
        415,
        f"Unsupported content type: '{shown}'. This API method only accepts 'application/json' "
        f"requests, but you specified the header 'Content-Type: {shown}'. Please try again with a "
        "supported content type.",
        code="unsupported_content_type",
    )


def _parsed(raw: bytes) -> Any:
    try:
        text = raw.decode()
        found = json.loads(text, parse_constant=_no_constant, parse_float=_finite)
        if "\\u" in text:  # half a surrogate pair is no text, and no tokenizer takes it
            json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise invalid_json() from None
    return found


def _finite(written: str) -> float:
    """Read a number; one too large for a float would become infinity, which is no JSON."""
    number = float(written)
    if math.isinf(number):
        raise ValueError(f"{written[:20]} is too large")
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _refusal(found: list[ErrorDetails], body: Mapping[str, Any]) -> ApiError:
    """Return the error that lies deepest under the first parameter that has one."""
    unknown = [one for one in found if one["type"] == "extra_forbidden" and len(one["loc"]) == 1]
    if unknown:
        return _unrecognized([str(one["loc"][0]) for one in unknown])
    first = found[0]["loc"][0]
    here = [(_path(one, body), one) for one in found if one["loc"][0] == first]
    deepest = max(len(path) for path, _ in here)
    chosen = [(path, one) for path, one in here if len(path) == deepest]
    # Of a union's branches, the one meant for such a value says what is wrong with it.
    fitting = [one for _, one in chosen if _fits(one)] or [one for _, one in chosen]
    return _explained(fitting, _shown(chosen[0][0]))


def _fits(error: ErrorDetails) -> bool:
    """Tell whether a value has the type that the branch of an error is for."""
    kind, value = error["type"], error["input"]
    if kind == "literal_error":
        return isinstance(value, str)
    if kind.startswith("union_tag"):
        return isinstance(value, dict)
    return kind not in _KINDS


def _path(error: ErrorDetails, body: Any) -> tuple[int | str, ...]:
    """Return a location without the names that pydantic gives to a union's branches."""
    path: list[int | str] = []
    *steps, last = error["loc"]
    for step in steps:
        if _leads(body, step):
            path.append(step)
            body = body[step]
    if error["type"] == "missing" or _leads(body, last):
        path.append(last)
    return tuple(path)


def _leads(body: Any, step: int | str) -> bool:
    if isinstance(body, list):
        return isinstance(step, int) and step < len(body)
    return isinstance(body, dict) and step in body


def _shown(path: tuple[int | str, ...]) -> str:
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _explained(errors: list[ErrorDetails], param: str) -> ApiError:
    error = errors[0]
    kind = error["type"]
    if kind == "missing":
        return missing(param)
    if kind == "extra_forbidden":
        return invalid_value(f"Unknown parameter: '{param}'.", param, "unknown_parameter")
    if kind in _BOUNDS:
        return _out_of_bounds(error, param)
    if kind in ("literal_error", "union_tag_invalid"):
        return _not_among(error, param)
    if kind in ("too_short", "too_long", "string_too_short", "string_too_long"):
        return _wrong_length(error, param)
    if kind == "string_pattern_mismatch":
        return _no_match(error, param)
    if kind == "union_tag_not_found":
        return missing(f"{param}.{_tag(error)}")
    if kind not in _KINDS:
        return invalid_value(f"Invalid value for '{param}': {error['msg']}.", param)
    wanted = [_KINDS[one["type"]] for one in errors if one["type"] in _KINDS]
    return _wrong_type(list(dict.fromkeys(wanted)), error["input"], param)


def _unrecognized(names: list[str]) -> ApiError:
    several = "s" if len(names) > 1 else ""
    shown = ", ".join(sorted(names))
    return ApiError(400, f"Unrecognized request argument{several} supplied: {shown}")


def _wrong_type(wanted: list[str], value: object, param: str) -> ApiError:
    among = wanted[0] if len(wanted) == 1 else f"one of {', '.join(wanted[:-1])} or {wanted[-1]}"
    return invalid_value(
        f"Invalid type for '{param}': expected {among}, but got {_named(value)} instead.",
        param,
        "invalid_type",
    )


def _out_of_bounds(error: ErrorDetails, param: str) -> ApiError:
    words, bound, code = _BOUNDS[error["type"]]
    limit = next(iter(error["ctx"].values()))
    value = error["input"]
    kind = "integer" if isinstance(limit, int) else "decimal"
    wanted = bound.format(ge=_number(limit), le=_number(limit))
    return invalid_value(
        f"Invalid '{param}': {kind} {words}. Expected a value {wanted}, "
        f"but got {_number(value)} instead.",
        param,
        f"{kind}_{code}",
    )


def _number(value: object) -> str:
    return f"{value:.20g}" if isinstance(value, float) else str(value)


def _not_among(error: ErrorDetails, param: str) -> ApiError:
    if error["type"] == "union_tag_invalid":
        param = f"{param}.{_tag(error)}"
        given, options = error["ctx"]["tag"], error["ctx"]["expected_tags"].split(", ")
    else:
        given = error["input"]
        options = error["ctx"]["expected"].replace(" or ", ", ").split(", ")
    if not isinstance(given, str):
        return _wrong_type([f"one of {' or '.join(options)}"], given, param)
    last = (
        f"{', '.join(options[:-1])}, and {options[-1]}"
        if len(options) > 2
        else " and ".join(options)
    )
    return invalid_value(f"Invalid value: '{given[:200]}'. Supported values are: {last}.", param)


def _tag(error: ErrorDetails) -> str:
    return str(error["ctx"]["discriminator"]).strip("'")


def _wrong_length(error: ErrorDetails, param: str) -> ApiError:
    kind = "string" if error["type"].startswith("string") else "array"
    long = error["type"].endswith("long")
    context = error["ctx"]
    limit = context.get("max_length" if long else "min_length", 0)
    length = len(error["input"])
    if not long and length == 0:
        return invalid_value(
            f"Invalid '{param}': empty {kind}. Expected {_a(kind)} with minimum length {limit}, "
            f"but got an empty {kind} instead.",
            param,
            f"empty_{kind}",
        )
    bound, size = ("maximum", "long") if long else ("minimum", "short")
    side = "above_max" if long else "below_min"
    return invalid_value(
        f"Invalid '{param}': {kind} too {size}. Expected {_a(kind)} with {bound} length {limit}, "
        f"but got {_a(kind)} with length {length} instead.",
        param,
        f"{kind}_{side}_length",
    )


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _no_match(error: ErrorDetails, param: str) -> ApiError:
    return invalid_value(
        f"Invalid '{param}': string does not match pattern. Expected a string that matches the "
        f"pattern '{error['ctx']['pattern']}'.",
        param,
    )


def _named(value: object) -> str:
    """Name a JSON value's type as the API does."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "an integer"
    if isinstance(value, float):
        return "a decimal number"
    if isinstance(value, str):
        return "a string"
    return "an array" if isinstance(value, list) else "an object"
