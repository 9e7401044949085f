"""Look into a JSON schema that may hold anything: what is not well-formed counts as absent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

__all__ = ["nullable", "options", "properties", "required", "resolved", "type_of"]

_TYPES = {"string", "integer", "number", "boolean", "array", "object", "null"}
_DEEPEST = 20  # references and alternatives that are followed


def resolved(field: Any, schema: Any) -> Mapping[str, Any]:
    """Follow a field's `$ref` into the schema, and take its first alternative that is not null."""
    for _ in range(_DEEPEST):
        if not isinstance(field, Mapping):
            return {}
        reference, alternatives = field.get("$ref"), _alternatives(field)
        if isinstance(reference, str) and reference.startswith("#"):
            field = _reached(reference, schema)
        elif alternatives:
            real = [one for one in alternatives if not _is_null(one)]
            field = (real or alternatives)[0]
        else:
            return field
    return {}


def _alternatives(field: Mapping[str, Any]) -> Sequence[Any]:
    held = field.get("anyOf") or field.get("oneOf") or field.get("allOf")
    return held if isinstance(held, list) else ()


def _is_null(field: Any) -> bool:
    return isinstance(field, Mapping) and field.get("type") == "null"


def _reached(reference: str, schema: Any) -> Any:
    held = schema
    for step in reference[1:].split("/")[1:]:
        held = held.get(step) if isinstance(held, Mapping) else None
    return held


def nullable(field: Any, schema: Any) -> bool:
    """Tell whether null is a value of a field."""
    if not isinstance(field, Mapping):
        return False
    if any(_is_null(one) for one in _alternatives(field)):
        return True
    named = resolved(field, schema).get("type")
    return named == "null" or (isinstance(named, list) and "null" in named)


def type_of(field: Mapping[str, Any]) -> str:
    """Return a field's JSON type; of several the first that is not null; else by its content."""
    named = field.get("type")
    if isinstance(named, list):
        named = next((one for one in named if one != "null"), "null")
    if isinstance(named, str) and named in _TYPES:
        return named
    if properties(field):
        return "object"
    first = next(iter(options(field)), "")
    return "integer" if isinstance(first, int) and not isinstance(first, bool) else "string"


def properties(field: Any) -> Mapping[str, Any]:
    """Return an object's fields by name."""
    held = field.get("properties") if isinstance(field, Mapping) else None
    return held if isinstance(held, Mapping) else {}


def required(field: Any) -> tuple[str, ...]:
    """Return the names of the fields that an object must have."""
    held = field.get("required") if isinstance(field, Mapping) else None
    return tuple(one for one in held if isinstance(one, str)) if isinstance(held, list) else ()


def options(field: Any) -> Sequence[Any]:
    """Return the values of an enum."""
    held = field.get("enum") if isinstance(field, Mapping) else None
    return held if isinstance(held, list) else ()
