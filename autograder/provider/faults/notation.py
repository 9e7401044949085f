"""Write a fault plan as a short string or as JSON.

A string lists rules, separated by commas:

    429:0.05,stall:0.02,drop@7
    429(date 3s)@first2, 500(retry=false)@3-5, timeout(30s)@model=practice-large
    brownout(x8):0.5@t60-180&region=eu, version(practice-small-2026-11-01)@t3600+

A rule is a kind, then in brackets its details, then `:` and a rate, then `@`
and conditions joined by `&`. Details: a length (`2s`, `1500ms`, `2m`), how
Retry-After is written (`seconds`, `ms`, `date`, `none`), how the socket closes
(`reset`, `fin`), a factor (`x8`), `retry=true` or `retry=false` for
x-should-retry, a version. Conditions: `7`, `3-5` or `9+` (counted among the
requests that meet the other conditions), `first2` (attempts of each distinct
request), `t60-180` or `t60+` (seconds since the first request), `after=` and
`until=` (dates), `path=`, `model=`, `key=`, `tenant=`, `region=`.

JSON is `{"seed": 7, "rules": [{"kind": "429", "rate": 0.05, ...}]}` with the
names of `plan.Fault` and `plan.Rule`; dates may be ISO 8601.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from autograder.provider.faults.kinds import KINDS
from autograder.provider.faults.plan import Fault, PlanError, Rule

__all__ = ["rules"]

_RULE = re.compile(
    r"(?P<kind>[\w-]+)\s*(\((?P<details>[^()]*)\))?\s*"
    r"(:\s*(?P<rate>[^@\s]+))?\s*(@\s*(?P<when>.+))?"
)
_LENGTH = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m)")
_SCALE: Final = {"ms": 0.001, "s": 1.0, "m": 60.0}
_EQUAL: Final = frozenset({"path", "model", "key", "tenant", "region"})
_FAULT_NAMES: Final = {each.name for each in fields(Fault)}
_FAULT: Final = TypeAdapter(Fault)
_RULE_OF: Final = TypeAdapter(Rule)
_RULE_NAMES: Final = {each.name for each in fields(Rule)} - {"fault"}


def rules(text: str, seed: int = 0) -> tuple[tuple[Rule, ...], int]:
    """Return the rules and the seed of a plan in either form."""
    if text.lstrip().startswith("{"):
        found, seed = _from_json(text, seed)
    else:
        items = re.split(r",(?![^()]*\))", text)
        found = tuple(_rule(item.strip()) for item in items if item.strip())
    for rule in found:
        _check(rule)
    total = sum(r.rate or 0 for r in found if r.fault.known.place != "condition")
    if total > 1 and not any(_narrow(rule) for rule in found):
        raise PlanError(f"The rates of {text!r} add up to {total:g}; at most 1 is possible.")
    return found, seed


def _narrow(rule: Rule) -> bool:
    conditions = (rule.after, rule.until, *(getattr(rule, name) or None for name in _EQUAL))
    return rule.rate is not None and any(each is not None for each in conditions)


def _rule(text: str) -> Rule:
    match = _RULE.fullmatch(text)
    if match is None:
        raise PlanError(
            f"Fault {text!r} cannot be read. Write kind(details):rate@conditions, "
            "for example 429(2s):0.05 or drop@7."
        )
    fault = _fault(match["kind"], (match["details"] or "").split(), text)
    conditions: dict[str, Any] = {}
    for condition in (match["when"] or "").split("&") if match["when"] else ():
        conditions.update(_condition(condition.strip(), text))
    if match["rate"] is not None:
        conditions["rate"] = _rate(match["rate"], text)
    return Rule(fault, **conditions)


def _fault(name: str, details: list[str], text: str) -> Fault:
    values: dict[str, Any] = {}
    for word in details:
        values.update(_detail(word, text))
    return Fault(_known(name, text), **values)


def _known(name: str, text: str) -> str:
    if name not in KINDS:
        near = difflib.get_close_matches(name, KINDS, n=1)
        hint = f"Did you mean {near[0]!r}? " if near else ""
        raise PlanError(
            f"{name!r} in {text!r} is no fault. {hint}The faults are {', '.join(KINDS)}."
        )
    return name


def _detail(word: str, text: str) -> dict[str, Any]:
    if length := _LENGTH.fullmatch(word):
        form = {"form": "ms"} if length[2] == "ms" else {}
        return {"seconds": float(length[1]) * _SCALE[length[2]], **form}
    if word in ("seconds", "ms", "date", "none"):
        return {"form": word}
    if word in ("reset", "fin"):
        return {"end": word}
    if word in ("retry=true", "retry=false"):
        return {"retry": word.endswith("true")}
    if factor := re.fullmatch(r"x(\d+(?:\.\d+)?)", word):
        return {"factor": float(factor[1])}
    if text.startswith("version"):
        return {"value": word}
    raise PlanError(
        f"{word!r} in {text!r} cannot be read. Write a length (2s, 1500ms, 2m), seconds, ms, "
        "date or none, reset or fin, a factor (x8), retry=true or retry=false."
    )


def _condition(word: str, text: str) -> dict[str, Any]:
    name, equals, value = word.partition("=")
    if equals and name in _EQUAL:
        return {name: value}
    if equals and name in ("after", "until"):
        return {name: _moment(value, text)}
    for pattern, read in _CONDITIONS:
        if match := pattern.fullmatch(word):
            return read(match)
    raise PlanError(
        f"{word!r} in {text!r} is no condition. Write 7, 3-5 or 9+ for the request's number, "
        "first2 for attempts, t60-180 or t60+ for seconds, after=2026-11-15, until=..., "
        "path=, model=, key=, tenant= or region=."
    )


def _nth(match: re.Match[str]) -> dict[str, Any]:
    first = int(match[1])
    return {"nth": (first, None if match[3] else int(match[2] or first))}


def _window(match: re.Match[str]) -> dict[str, Any]:
    window: dict[str, Any] = {"after": float(match[1])}
    return window | ({"until": float(match[2])} if match[2] else {})


_CONDITIONS: Final[
    tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], dict[str, Any]]], ...]
] = (
    (re.compile(r"(\d+)(?:-(\d+)|(\+))?"), _nth),
    (re.compile(r"first(\d+)"), lambda match: {"first": int(match[1])}),
    (re.compile(r"t(\d+(?:\.\d+)?)(?:-(\d+(?:\.\d+)?)|\+)"), _window),
)


def _rate(word: str, text: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise PlanError(f"{word!r} in {text!r} is no rate. Write one from 0 to 1.") from None


def _moment(value: Any, text: str) -> float:
    """Return a time: a number as it is, ISO 8601 as seconds since 1970 (UTC where unsaid)."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise PlanError(
            f"{value!r} in {text!r} is no date. Write 2026-11-15 or 2026-11-15T09:00."
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _from_json(text: str, seed: int) -> tuple[tuple[Rule, ...], int]:
    try:
        plan = json.loads(text)
        entries = [dict(entry) for entry in plan["rules"]]
        seed = int(plan.get("seed", seed))
    except (ValueError, KeyError, TypeError) as err:
        raise PlanError(
            f'The fault plan is no JSON of the form {{"seed": 7, "rules": [...]}}: {err!r}.'
        ) from None
    return tuple(_entry(entry) for entry in entries), seed


def _entry(entry: dict[str, Any]) -> Rule:
    unknown = entry.keys() - _FAULT_NAMES - _RULE_NAMES
    if unknown or "kind" not in entry:
        names = ", ".join(sorted(_FAULT_NAMES | _RULE_NAMES))
        raise PlanError(f"Rule {entry} needs a kind and may have only: {names}.")
    text = json.dumps(entry)
    _known(str(entry["kind"]), text)
    conditions = {name: entry[name] for name in _RULE_NAMES & entry.keys()}
    for name in ("after", "until"):
        if name in conditions:
            conditions[name] = _moment(conditions[name], text)
    if isinstance(nth := conditions.get("nth"), int):
        conditions["nth"] = (nth, nth)
    try:
        fault = _FAULT.validate_python({n: entry[n] for n in _FAULT_NAMES & entry.keys()})
        return _RULE_OF.validate_python({"fault": fault, **conditions})
    except ValidationError as err:
        where = ".".join(str(part) for part in err.errors()[0]["loc"])
        raise PlanError(f"{where} in rule {text}: {err.errors()[0]['msg']}.") from None


def _check(rule: Rule) -> None:
    """Refuse what could not mean anything."""
    name, fault = rule.fault.kind, rule.fault
    numbers = (("rate", rule.rate, 1.0), ("seconds", fault.seconds, 86_400.0))
    for what, value, most in numbers:
        if value is not None and not 0 <= value <= most:
            raise PlanError(
                f"The {what} of {name!r} is {value!r}; give a number from 0 to {most:g}."
            )
    if rule.rate is not None and rule.nth is not None:
        raise PlanError(f"{name!r} has a rate and a number; write one of them, or two rules.")
    if rule.nth and (rule.nth[0] < 1 or (rule.nth[1] is not None and rule.nth[1] < rule.nth[0])):
        raise PlanError(f"{name!r} at {rule.nth}: requests are counted from 1, first to last.")
    if fault.kind == "version" and not fault.value:
        raise PlanError("A version change says to what: version(practice-small-2026-11-01)@t60+.")
    if not fault.factor > 0:
        raise PlanError(f"The factor of {name!r} is {fault.factor!r}; give a number above 0.")
