"""One thing to do about an incident, and actions read from plain records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from autograder.errors import ContentError

__all__ = ["Action", "read_actions"]


@dataclass(frozen=True)
class Action:
    """One thing to do: in minute `start`, or `after` minutes from detection.

    Checks and alert rules need no time: they are in place before the incident.
    """

    kind: str
    target: str = ""
    start: int | None = None
    after: int | None = None


_TYPES: Mapping[str, tuple[type, ...]] = {
    "kind": (str,),
    "target": (str,),
    "start": (int, type(None)),
    "after": (int, type(None)),
}
assert set(_TYPES) == {field.name for field in fields(Action)}


def read_actions(records: Sequence[Mapping[str, object]]) -> tuple[Action, ...]:
    """Return actions from dicts such as {"kind": "rollback", "target": "ev-02", "start": 140}."""
    return tuple(_read(record) for record in records)


def _read(record: object) -> Action:
    known = isinstance(record, Mapping) and "kind" in record and set(record) <= set(_TYPES)
    if not known or not isinstance(record, Mapping):
        raise ContentError(f"{record!r} is no action: give a dict with kind, target, start, after.")
    for name, value in record.items():
        if not isinstance(value, _TYPES[name]) or isinstance(value, bool):
            raise ContentError(f"The action {record!r} has {name}={value!r}, of the wrong type.")
    return Action(**record)
