"""What the real API demands of the JSON schema of a strict tool or a strict reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

__all__ = ["fault_of"]

_DEEPEST = 10
_MOST_PROPERTIES = 5000
_FORBIDDEN = ("allOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else")
_TYPES = frozenset({"string", "number", "boolean", "integer", "object", "array", "null"})

Path = tuple[str, ...]


def fault_of(schema: Any, strict: bool) -> str:
    """Return what is wrong with a schema in the API's words, "" where nothing is.

    Every schema must be of an object. A strict one names each property as
    required and allows no further ones, at every level, and keeps to the
    keywords that the API can enforce.
    """
    kind = schema.get("type") if isinstance(schema, Mapping) else None
    if kind != "object":
        shown = '"None"' if kind is None else f'"{kind}"'
        return f"schema must be a JSON Schema of 'type: \"object\"', got 'type: {shown}'."
    return next(_faults(schema), "") if strict else ""


def _faults(schema: Mapping[str, Any]) -> Iterator[str]:
    properties = 0
    if "anyOf" in schema:
        yield f"{_at(())}'anyOf' is not permitted at the root."
    for path, inner, depth in _levels(schema, (), 0):
        if depth > _DEEPEST:
            yield f"{_at(path)}schema exceeds the maximum nesting depth of {_DEEPEST}."
            return
        properties += len(_mapping(inner, "properties"))
        yield from _level(path, inner)
    if properties > _MOST_PROPERTIES:
        yield f"{_at(())}schema has more than {_MOST_PROPERTIES} properties."


def _levels(schema: Any, path: Path, depth: int) -> Iterator[tuple[Path, Any, int]]:
    """Yield every schema in a schema, with its path and its depth."""
    yield path, schema, depth
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return
    for keyword in ("properties", "$defs", "definitions"):
        deeper = depth + (keyword == "properties")
        for name, inner in _mapping(schema, keyword).items():
            yield from _levels(inner, (*path, keyword, str(name)), deeper)
    if "items" in schema:
        yield from _levels(schema["items"], (*path, "items"), depth + 1)
    options = schema.get("anyOf")
    for number, inner in enumerate(options if isinstance(options, list) else ()):
        yield from _levels(inner, (*path, "anyOf", str(number)), depth)


def _level(path: Path, schema: Any) -> Iterator[str]:
    where = _at(path)
    if not isinstance(schema, Mapping):
        yield f"{where}{schema!r} is not of type 'object', 'boolean'."
        return
    for keyword in _FORBIDDEN:
        if keyword in schema:
            yield f"{where}'{keyword}' is not permitted."
    kinds = schema.get("type")
    named = kinds if isinstance(kinds, list) else [kinds]
    unknown = [kind for kind in named if kind is not None and not _is_type(kind)]
    if unknown:
        yield f"{where}'{unknown[0]}' is not valid under any of the given schemas."
    if not _says_something(schema):
        yield f"{where}schema must have a 'type' key."
    if "object" in named:
        yield from _object(where, schema)
    if "array" in named and "items" not in schema:
        yield f"{where}array schema missing items."


def _is_type(kind: object) -> bool:
    return isinstance(kind, str) and kind in _TYPES


def _says_something(schema: Mapping[str, Any]) -> bool:
    return any(keyword in schema for keyword in ("type", "$ref", "anyOf", "enum", "const"))


def _object(where: str, schema: Mapping[str, Any]) -> Iterator[str]:
    if schema.get("additionalProperties") is not False:
        yield f"{where}'additionalProperties' is required to be supplied and to be false."
    required, names = schema.get("required"), list(_mapping(schema, "properties"))
    listed = required if isinstance(required, list) else []
    rule = "'required' is required to be supplied and to be an array including every key in"
    for name in names:
        if name not in listed:
            yield f"{where}{rule} properties. Missing '{name}'."
    for name in listed:
        if name not in names:
            yield f"{where}{rule} properties. Extra required key '{name}' supplied."


def _mapping(schema: Any, keyword: str) -> Mapping[str, Any]:
    found = schema.get(keyword) if isinstance(schema, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _at(path: Path) -> str:
    return f"In context={path!r}, "
