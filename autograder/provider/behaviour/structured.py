"""Put an answer into the JSON that a prompt asks for, and break it as often as the card says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from autograder.provider.behaviour import effects
from autograder.provider.behaviour.fields import value_of
from autograder.provider.behaviour.schemas import (
    nullable,
    options,
    properties,
    required,
    resolved,
    type_of,
)
from autograder.provider.behaviour.task import Outcome, Task
from autograder.provider.draws import Draws

__all__ = ["BREACHES", "BROKEN", "conformed", "filled", "malformed", "wants_json", "written"]

# A breach leaves valid JSON of another shape; what is broken cannot be parsed.
BREACHES = ("missing", "extra", "type", "wrapped")
BROKEN = ("fence", "prose", "cut", "comma", "quotes")

# Property names by what they hold.
_NAMED = {
    "value": "answer label category class route queue team verdict winner choice preferred better"
    " preference score rating grade summary response result output value text reply decision",
    "sources": "citations citation sources source ids evidence passages references",
    "reason": "reason reasoning rationale explanation thought thoughts justification"
    " critique feedback analysis comment comments notes why",
    "confidence": "confidence probability certainty",
    "unknown": "abstained abstain unknown unanswerable not_found",
    "known": "answerable found known supported",
}
# A verdict under such a name is true where the answer fails.
_DENIES = re.compile(r"halluc|wrong|incorrect|unsupported|fail|error|unfaithful|bad", re.IGNORECASE)
_ROLE = {name: role for role, names in _NAMED.items() for name in names.split()}
_CONFORMS: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list,
    "object": dict, "null": type(None),
}  # fmt: skip
_EMPTY: dict[str, Callable[[], Any]] = {
    "string": str, "integer": int, "number": int, "boolean": bool, "array": list, "object": dict,
    "null": lambda: None,
}  # fmt: skip


def wants_json(task: Task) -> bool:
    """Tell whether the reply shall be JSON: by schema, by JSON mode, or by the prompt's words."""
    prompt = task.prompt
    return bool(prompt.schema or prompt.json_mode or "json" in task.reading.cues)


def malformed(task: Task) -> float:
    """Return the probability that JSON comes out wrong; 0 with a strict schema."""
    prompt, card = task.prompt, task.card
    if prompt.schema is not None:
        return 0.0 if prompt.strict else card["output.malformed_schema"]
    return card["output.malformed_json" if prompt.json_mode else "output.malformed_text"]


def written(task: Task, outcome: Outcome) -> tuple[str, str]:
    """Return the reply as JSON text, and its defect or ""."""
    value = filled(task, outcome)
    draws = task.draws.within("json")
    if not draws.chance("malformed", malformed(task)):
        return json.dumps(value, ensure_ascii=False), ""
    if task.prompt.schema is None and not task.prompt.json_mode and draws.chance("broken", 0.5):
        defect = draws.choice("defect", BROKEN)
        return _broken(json.dumps(value, ensure_ascii=False), defect), defect
    defect = draws.choice("defect", BREACHES)
    return json.dumps(_breached(value, defect, draws), ensure_ascii=False), defect


def filled(task: Task, outcome: Outcome) -> Any:
    """Return an outcome as a JSON value: of the prompt's schema, or of the obvious shape."""
    schema = task.prompt.schema
    if schema is None:
        if isinstance(outcome.value, dict | list):
            return outcome.value
        return {_natural(task): outcome.value}
    if isinstance(outcome.value, dict):
        return conformed(outcome.value, schema, schema)
    wanted = resolved(schema, schema)
    values = {
        name: _held(name, field, task, outcome, schema)
        for name, field in properties(wanted).items()
    }
    return conformed(values or outcome.value, schema, schema)


def _natural(task: Task) -> str:
    named = {"classify": "label", "route": "route", "judge": "winner", "verdict": "verdict"}
    keys = re.findall(r'"([A-Za-z_]\w*)"\s*:', task.reading.words)
    return keys[0] if keys else named.get(task.reading.family, task.reading.family)


def _held(name: str, field: Any, task: Task, outcome: Outcome, schema: Mapping[str, Any]) -> Any:
    """Return what one property of a reply holds, by its name; else as it is read from the item."""
    role, field = _ROLE.get(name.lower(), ""), resolved(field, schema)
    if task.reading.family in {"verdict", "score"} and name == _decisive(outcome.value, schema):
        denies = isinstance(outcome.value, bool) and _DENIES.search(name)
        return not outcome.value if denies else outcome.value
    if role == "sources":
        return _sources(outcome, type_of(field) == "array")
    if role == "confidence":
        return round(effects.stated(task.card, outcome.p_item), 2)
    if role in {"unknown", "known"}:
        return bool(outcome.hidden.get("abstained")) == (role == "unknown")
    if role == "reason":
        return _reason(task, outcome)
    only = len(properties(resolved(schema, schema))) == 1
    if role == "value" or only or options(field):
        return outcome.value
    return value_of(name, field, task.reading.item, schema)


def _decisive(value: Any, schema: Mapping[str, Any]) -> str:
    """Return the property that takes a mark or a verdict: the one named so, else the first."""
    told = properties(resolved(schema, schema))
    fits = [
        name
        for name, field in told.items()
        if _takes(resolved(field, schema), value) and _ROLE.get(name.lower()) != "confidence"
    ]
    named = (name for name in fits if _ROLE.get(name.lower()) == "value")
    return next(named, fits[0] if fits else "")


def _takes(field: Mapping[str, Any], value: Any) -> bool:
    if known := options(field):
        return value in known
    wanted = {"boolean"} if isinstance(value, bool) else {"integer", "number"}
    return not isinstance(value, str) and type_of(field) in wanted


def _reason(task: Task, outcome: Outcome) -> str:
    said = {
        "judge": f"I compared both answers with the question: {outcome.value}.",
        "verdict": "I compared the answer with what the question asks for.",
        "score": f"Compared with what the question asks for, this is a {outcome.value}.",
    }
    if outcome.claims:
        return outcome.claims[0].text
    return said.get(task.reading.family, f"It fits {outcome.value} best.")


def _sources(outcome: Outcome, several: bool) -> Any:
    """Return the passages that the sentences cite, or else come from."""
    ids = (claim.cited or claim.source for claim in outcome.claims)
    named = list(dict.fromkeys(one for one in ids if one))
    return named if several else (named or [""])[0]


def conformed(value: Any, field: Any, schema: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a value as a schema wants it: required and typed, with nothing that it forbids."""
    if value is None and nullable(field, schema):
        return None
    field = resolved(field, schema)
    if "const" in field:
        return field["const"]
    if known := options(field):
        return value if value in known else next((one for one in known if one is not None), None)
    wanted = type_of(field)
    if wanted == "object":
        return _object(value, field, schema, depth)
    if wanted == "array":
        held = value if isinstance(value, list) else [] if value in (None, "") else [value]
        items = field.get("items")
        return [conformed(one, items, schema, depth + 1) for one in held] if depth < 12 else []
    return _bounded(_plain(value, wanted), field)


def _object(value: Any, field: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    given = value if isinstance(value, dict) else {}
    inner, needed = properties(field), required(field)
    if depth >= 12:
        return {}
    kept = {
        name: conformed(given.get(name), one, schema, depth + 1)
        for name, one in inner.items()
        if name in needed or given.get(name) is not None
    }
    if field.get("additionalProperties") is False or inner:
        return kept
    return {**given, **kept}


def _plain(value: Any, wanted: str) -> Any:
    """Return a value of a plain type: itself, its nearest reading, or the type's empty value."""
    right = _CONFORMS.get(wanted, str)
    boolean = isinstance(value, bool)
    if isinstance(value, right) and (not boolean or wanted == "boolean"):
        return value
    if wanted == "string" and value is not None:
        return str(value)
    if wanted in {"integer", "number"} and not boolean:
        found = re.search(r"-?\d+(?:\.\d+)?", str(value))
        number = float(found[0]) if found else 0.0
        return int(number) if wanted == "integer" else number
    return _EMPTY.get(wanted, str)()


def _bounded(value: Any, field: Mapping[str, Any]) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        low, high = field.get("minimum"), field.get("maximum")
        value = max(value, low) if isinstance(low, int | float) else value
        return min(value, high) if isinstance(high, int | float) else value
    if isinstance(value, str) and isinstance(field.get("maxLength"), int):
        return value[: field["maxLength"]]
    return value


def _broken(text: str, defect: str) -> str:
    """Return JSON text that no parser takes as it is."""
    if defect == "fence":
        return f"```json\n{text}\n```"
    if defect == "prose":
        return f"Here is the JSON you asked for:\n\n{text}\n\nLet me know if you need more."
    if defect == "cut":
        return text[: max(len(text) * 2 // 3, 1)].rstrip("}]")
    if defect == "comma" and text[-1:] in "}]":
        return f"{text[:-1]},{text[-1]}"
    return text.replace('"', "'") if '"' in text else text + ","


def _breached(value: Any, defect: str, draws: Draws) -> Any:
    """Return JSON of another shape than was asked for."""
    if not isinstance(value, dict) or not value:
        return {"result": value}
    name = draws.choice("which", sorted(value))
    if defect == "missing":
        return {one: held for one, held in value.items() if one != name}
    if defect == "extra":
        return {**value, "note": "See the text."}
    if defect == "type":
        changed = {"value": value[name]} if not isinstance(value[name], dict) else str(value[name])
        return {**value, name: changed}
    return {"result": value}
