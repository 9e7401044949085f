"""Read one typed field out of a text, by the field's name, description, type, format and enum.

What a field is follows from the first of these that fits: its `enum`; its
`format` (date, email, ipv4, uri); a word in its name or description (`KINDS`);
a line `name: value` in the text; its type. This is the documented reading where
no key knows the truth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from autograder.provider.behaviour.sentences import content_stems, overlap, sentences, stems

__all__ = ["KINDS", "candidates", "kind_of", "resolved", "type_of", "value_of"]

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_MONTH = "|".join(_MONTHS)
# Kind, the words that choose it (in a name, or failing that a description), and its pattern.
KINDS: dict[str, tuple[frozenset[str], str]] = {
    "cve": (frozenset({"cve", "cves"}), r"\bCVE-\d{4}-\d{4,7}\b"),
    "cwe": (frozenset({"cwe", "cwes"}), r"\bCWE-\d{1,4}\b"),
    "cvss": (frozenset({"cvss"}), r"\b(?:CVSS\w*|scor\w+)[^\d\n]{0,30}(?:v?\d\.\d\s*(?:base score)?[^\d\n]{0,12})?(10(?:\.0)?|\d\.\d)\b"),
    "version": (frozenset({"version", "versions", "fixed", "patched", "release"}), r"(?<![\w.-])v?(\d+\.\d+(?:\.\d+)*(?:-?(?:rc|beta|p)\d*)?)(?![\w-])"),
    "date": (frozenset({"date", "published", "updated", "disclosed", "reported", "deadline", "day", "on"}),
             rf"\b(\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\.? (?:{_MONTH}),? \d{{4}}|(?:{_MONTH}) \d{{1,2}},? \d{{4}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})\b"),
    "ip": (frozenset({"ip", "ips", "address", "addresses", "source_ip"}), r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"),
    "email": (frozenset({"email", "mail", "e-mail", "contact"}), r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"),
    "url": (frozenset({"url", "link", "uri", "reference", "references"}), r"https?://[^\s<>\"')\]]+"),
    "hash": (frozenset({"hash", "sha256", "md5", "sha1", "checksum"}), r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b"),
    "host": (frozenset({"host", "hostname", "machine", "workstation", "server", "device"}), r"\b(?:[a-z]{2,8}-\d{1,4}|[a-z][\w-]*(?:\.[a-z][\w-]*)+)\b"),
    "port": (frozenset({"port", "ports"}), r"\bport[s ]{0,2}(\d{1,5})\b|:(\d{2,5})\b"),
    "severity": (frozenset({"severity", "priority", "criticality"}), r"\b(critical|high|medium|moderate|low|informational)\b"),
    "amount": (frozenset({"amount", "price", "cost", "total"}), r"(?:USD|EUR|\$|€)\s?(\d[\d,]*(?:\.\d+)?)"),
    "summary": (frozenset({"summary", "title", "description", "headline", "impact"}), ""),
    "name": (frozenset({"product", "vendor", "name", "component", "package", "user", "person", "author", "organisation", "organization", "company", "customer"}),
             r"\b[A-Z][A-Za-z0-9]+(?:[ -][A-Z][A-Za-z0-9]+){0,3}\b"),
}  # fmt: skip
_COMPILED = {
    kind: re.compile(pattern, 0 if kind == "name" else re.IGNORECASE)
    for kind, (_, pattern) in KINDS.items()
    if pattern
}
_FORMATS = {
    "date": "date",
    "date-time": "date",
    "email": "email",
    "ipv4": "ip",
    "uri": "url",
    "url": "url",
}
_DEEPEST = 8
_NUMBER = re.compile(r"(?<![\w.-])-?\d[\d,]*(?:\.\d+)?(?![\w-])")
_NOT = re.compile(r"\b(?:no|not|never|without|none|isn't|wasn't|unlikely)\b", re.IGNORECASE)
_NAME_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")


def resolved(field: Any, schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a field's `$ref` into `$defs`, and take the first alternative that is not null."""
    seen = 0
    while isinstance(field, Mapping) and seen < 20:
        seen += 1
        reference = field.get("$ref")
        options = field.get("anyOf") or field.get("oneOf") or field.get("allOf")
        if isinstance(reference, str) and reference.startswith("#/"):
            held: Any = schema
            for step in reference[2:].split("/"):
                held = held.get(step, {}) if isinstance(held, Mapping) else {}
            field = held
        elif options:
            real = [
                one for one in options if isinstance(one, Mapping) and one.get("type") != "null"
            ]
            field = real[0] if real else options[0]
        else:
            return field
    return {}


def type_of(field: Mapping[str, Any]) -> str:
    """Return a field's JSON type; the first one that is not null of several."""
    named = field.get("type")
    if isinstance(named, list):
        named = next((one for one in named if one != "null"), "null")
    if named is None:
        named = "object" if "properties" in field else "string"
        if field.get("enum"):
            first = field["enum"][0]
            named = (
                "string"
                if isinstance(first, str)
                else "integer"
                if isinstance(first, int)
                else named
            )
    return str(named)


def kind_of(name: str, field: Mapping[str, Any]) -> str:
    """Return the kind of a field (a key of `KINDS`), or "" where nothing tells it."""
    if (kind := _FORMATS.get(str(field.get("format", "")))) is not None:
        return kind
    if "CVE-" in str(field.get("pattern", "")):
        return "cve"
    for text in (name, str(field.get("description", ""))):
        told = {part.lower() for part in _NAME_PARTS.findall(text)}
        for kind, (chosen_by, _) in KINDS.items():
            if told & chosen_by:
                return kind
    return ""


def candidates(kind: str, text: str) -> list[str]:
    """Return every match of a kind in a text, in order, each once."""
    if kind not in _COMPILED:
        return []
    found = (next(filter(None, m.groups()), m[0]) for m in _COMPILED[kind].finditer(text))
    return list(dict.fromkeys(found))


def value_of(name: str, field: Any, text: str, schema: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a field's value as the text has it, or None; also below the eighth level."""
    field = resolved(field, schema)
    wanted = type_of(field)
    if depth > _DEEPEST:
        return None
    if wanted == "array":
        return _list(name, field, text, schema, depth)
    if wanted == "object":
        inner = field.get("properties") or {}
        return {one: value_of(one, inner[one], text, schema, depth + 1) for one in inner}
    if field.get("enum"):
        return _enumerated(name, field, text)
    if wanted == "boolean":
        return _stated(name, field, text)
    return _typed(_found(name, field, text), wanted)


def _found(name: str, field: Mapping[str, Any], text: str) -> str | None:
    kind = kind_of(name, field)
    if kind == "summary":
        return next(iter(sentences(text)), None)
    near = candidates(kind, text)
    if kind and near and kind not in {"name"}:
        return _dated(_best(name, near, text)) if kind == "date" else _best(name, near, text)
    if (labelled := _labelled(name, text)) is not None:
        return labelled
    if type_of(field) in {"integer", "number"}:
        return _nearest_number(name, field, text)
    return near[0] if near else None


def _best(name: str, near: Sequence[str], text: str) -> str:
    """Return the match whose sentence tells most of the field's name; the first of equals."""
    if len(near) == 1:
        return near[0]
    wanted = stems(" ".join(_NAME_PARTS.findall(name)))
    held = {one: next((s for s in sentences(text) if one in s), "") for one in near}
    return max(near, key=lambda one: overlap(wanted, stems(held[one])))


def _labelled(name: str, text: str) -> str | None:
    spoken = r"[ _-]".join(re.escape(part) for part in _NAME_PARTS.findall(name)) or re.escape(name)
    found = re.search(rf"^[ \t>*|-]*{spoken}\**[ \t]*[:=|][ \t]*([^\n|]+)", text, re.I | re.M)
    return found[1].strip(" \t*|") if found else None


def _nearest_number(name: str, field: Mapping[str, Any], text: str) -> str | None:
    """Return the number of the sentence that is most like the field's name and description."""
    wanted = content_stems(
        " ".join(_NAME_PARTS.findall(name)) + " " + str(field.get("description", ""))
    )
    best, found = -1.0, None
    for sentence in sentences(text):
        number = _NUMBER.search(sentence)
        if number and (score := overlap(wanted, content_stems(sentence))) > best:
            best, found = score, number[0]
    return found


def _dated(text: str) -> str:
    """Write a date as ISO 8601; one that cannot be read stays as it is."""
    parts = re.findall(r"\d+|[A-Za-z]+", text)
    try:
        month = next((_MONTHS.index(p.lower()) + 1 for p in parts if p.lower() in _MONTHS), None)
        numbers = [int(part) for part in parts if part.isdigit()]
        year = max(numbers)
        if month is None:
            first, second = (
                (numbers[1], numbers[2]) if numbers[0] == year else (numbers[1], numbers[0])
            )
            return date(year, first, second).isoformat()
        return date(year, month, next(n for n in numbers if n != year)).isoformat()
    except (ValueError, IndexError, StopIteration):
        return text


def _list(
    name: str, field: Mapping[str, Any], text: str, schema: Mapping[str, Any], depth: int
) -> list[Any]:
    items = resolved(field.get("items") or {}, schema)
    if items.get("enum"):
        return [
            one for one in items["enum"] if re.search(rf"\b{re.escape(str(one))}\b", text, re.I)
        ]
    if type_of(items) == "object":
        return [value_of(name, items, text, schema, depth + 1)]
    kind = kind_of(name, items) or kind_of(name, field)
    return [_typed(one, type_of(items)) for one in candidates(kind, text)]


def _enumerated(name: str, field: Mapping[str, Any], text: str) -> Any:
    """Return the first enum value that the text names; near the field's own name if it is there."""
    options = [one for one in field["enum"] if one is not None]
    labelled = _labelled(name, text)
    for held in (labelled or "", text):
        places = {
            one: match.start()
            for one in options
            if (match := re.search(rf"\b{re.escape(str(one))}\b", held, re.IGNORECASE))
        }
        if places:
            return min(places, key=lambda one: places[one])
    given = stems(text)
    scores = {str(one): overlap(content_stems(str(one)), given) for one in options}
    return max(options, key=lambda one: scores[str(one)]) if any(scores.values()) else None


def _stated(name: str, field: Mapping[str, Any], text: str) -> bool:
    """Return whether a sentence says what a yes-or-no field is about, and does not deny it."""
    labelled = _labelled(name, text)
    if labelled is not None:
        return labelled.lower()[:1] in {"y", "t", "1"}
    wanted = content_stems(" ".join(_NAME_PARTS.findall(name)))
    for sentence in sentences(text):
        if overlap(wanted, stems(sentence)) >= 0.5:
            return _NOT.search(sentence) is None
    return False


def _typed(text: str | None, wanted: str) -> Any:
    if text is None or wanted == "string":
        return text
    number = _NUMBER.search(text) or re.search(r"\d+(?:\.\d+)?", text)
    if wanted in {"integer", "number"}:
        if number is None:
            return None
        plain = float(number[0].replace(",", ""))
        return int(plain) if wanted == "integer" else plain
    return text if wanted not in {"boolean", "null"} else None
