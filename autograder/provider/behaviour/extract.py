"""Fill the fields of a schema, or of a list, from a text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.provider.behaviour import effects
from autograder.provider.behaviour.fields import value_of
from autograder.provider.behaviour.kinds import candidates, kind_of
from autograder.provider.behaviour.mistakes import shifted, typo
from autograder.provider.behaviour.schemas import options, properties, required, resolved
from autograder.provider.behaviour.task import Outcome, Task
from autograder.provider.draws import Draws

__all__ = ["COMMON", "WRONG", "reply", "spoiled"]

# What a wrong field holds: nothing, another value of its kind from the text, its own value with a
# slip in it, or a value that stands nowhere. One that does not fit falls to the next. What a
# schema requires with a pattern is never missing: it is invented.
WRONG = {"missing": 0.3, "neighbour": 0.35, "mangled": 0.25, "invented": 0.1}
# Read where the prompt names no fields.
COMMON = ("cve", "severity", "version", "date", "host", "summary")


def reply(task: Task) -> Outcome:
    """Read every field, and get each right or wrong as the card says."""
    text = _given(task)
    truth = _truth(task, text)
    p = effects.right(task.card, task.features)
    schema = task.prompt.schema or {}
    told = properties(resolved(schema, schema))
    value, fields = {}, {}
    for name, true in truth.items():
        right = task.happens("right", p, part=name)
        draws = task.draws.within("field", name)
        field = resolved(told.get(name) or {}, schema)
        said, kind = (true, "") if right else spoiled(name, field, true, text, draws)
        if said is None and "pattern" in field and name in required(resolved(schema, schema)):
            said = _imagined(name, field, None, draws)
        value[name] = said
        fields[name] = {"truth": true, "right": not kind, "mistake": kind}
    right = all(held["right"] for held in fields.values())
    lines = "\n".join(f"{name}: {said}" for name, said in value.items() if said is not None)
    return Outcome(
        value, lines or "There is nothing to extract.", p, right, hidden={"fields": fields}
    )


def _given(task: Task) -> str:
    parts = [task.reading.item, *(passage.text for passage in task.reading.passages)]
    return "\n".join(part for part in parts if part)


def _truth(task: Task, text: str) -> dict[str, Any]:
    """Return what each field should hold: by the key, and what it leaves out by reading."""
    schema = task.prompt.schema or {}
    wanted: Mapping[str, Any] = properties(resolved(schema, schema)) or {
        name: {} for name in task.reading.fields or COMMON
    }
    known = task.truth("extract", task.reading.item)
    gold = known if isinstance(known, dict) else {}
    return {
        name: gold[name] if name in gold else value_of(name, field, text, schema)
        for name, field in wanted.items()
    }


def spoiled(
    name: str, field: Mapping[str, Any], true: Any, text: str, draws: Draws
) -> tuple[Any, str]:
    """Return a wrong value for a field and the kind of mistake it is; always different."""
    kinds = list(WRONG)
    first = kinds.index(draws.weighted("mistake", WRONG))
    for kind in (*kinds[first:], *kinds[:first]):
        said = _mistake(kind, name, field, true, text, draws)
        if said != true and not (kind != "missing" and said is None):
            return said, kind
    return ("unknown", "invented") if true != "unknown" else (None, "missing")


def _mistake(
    kind: str, name: str, field: Mapping[str, Any], true: Any, text: str, draws: Draws
) -> Any:
    if kind == "missing":
        return [] if isinstance(true, list) else None
    if isinstance(true, bool):
        return not true
    others = [one for one in options(field) if one not in (true, None)]
    if others:
        return draws.choice("other", others)
    if isinstance(true, list):
        return _other_list(kind, name, field, true, draws)
    if isinstance(true, dict):
        return {**true, next(iter(true)): None} if true else None
    if kind == "neighbour":
        others = [one for one in candidates(kind_of(name, field), text) if one != str(true)]
        return _as(true, draws.choice("other", others)) if others else None
    if kind == "mangled":
        return _mangled(true, draws)
    return _imagined(name, field, true, draws)


def _other_list(
    kind: str, name: str, field: Mapping[str, Any], true: list[Any], draws: Draws
) -> Any:
    """Drop an entry, slip in one, or add one that stands nowhere."""
    if kind == "neighbour" and len(true) > 1:
        gone = draws.integer("gone", 0, len(true) - 1)
        return [*true[:gone], *true[gone + 1 :]]
    if kind == "mangled" and true and isinstance(true[0], str):
        return [_mangled(true[0], draws), *true[1:]]
    return [
        *true,
        _imagined(name, resolved(field.get("items"), {}), true[0] if true else None, draws),
    ]


def _mangled(true: Any, draws: Draws) -> Any:
    if isinstance(true, int | float):
        step = 1 if draws.chance("up", 0.5) else -1
        return round(true + step * (1 if isinstance(true, int) else 0.1), 6)
    if not isinstance(true, str):
        return None
    off = shifted(true, draws)
    return off if off != true else typo(true, draws)


def _imagined(name: str, field: Mapping[str, Any], true: Any, draws: Draws) -> Any:
    """Return a value of the right kind that the text does not hold."""
    kind, number = kind_of(name, field), draws.integer("imagined", 1_000, 9_999)
    if isinstance(true, int | float):
        return type(true)(number % 97 + 1)
    made = {
        "cve": f"CVE-{2019 + number % 8}-{number * 7 % 90_000 + 10_000}",
        "cwe": f"CWE-{number % 900 + 20}",
        "version": f"{number % 9 + 1}.{number % 7}.{number % 13}",
        "date": f"20{19 + number % 8}-{number % 12 + 1:02}-{number % 28 + 1:02}",
        "ip": f"203.0.113.{number % 250 + 1}",
        "email": f"contact{number}@example.org",
        "url": f"https://example.org/{number}",
        "host": f"srv-{number % 900}",
    }
    return made.get(kind, f"unspecified {number}")


def _as(like: Any, text: str) -> Any:
    """Return a text in the type of another value; None where it cannot be."""
    if not isinstance(like, int | float):
        return text
    try:
        return type(like)(float(text))
    except ValueError:
        return None
