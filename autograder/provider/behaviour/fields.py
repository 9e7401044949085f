"""Read one typed field out of a text, by the field's name, description, type, format and enum.

What a field is follows from the first of these that fits: its `enum`; its
`format` (date, email, ipv4, uri); a word in its name or description (`kinds.KINDS`);
a line `name: value` in the text; its type. This is the documented reading where
no key knows the truth.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.provider.behaviour.kinds import candidates, iso_date, kind_of, name_parts
from autograder.provider.behaviour.schemas import nullable, options, properties, resolved, type_of
from autograder.provider.behaviour.sentences import content_stems, overlap, sentences, stems

__all__ = ["value_of"]

_DEEPEST = 4
_NUMBER = re.compile(r"(?<![\w.-])-?\d[\d,]*(?:\.\d+)?(?![\w-])")
_NOT = re.compile(r"\b(?:no|not|never|without|none|isn't|wasn't|unlikely)\b", re.IGNORECASE)


def value_of(name: str, field: Any, text: str, schema: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a field's value as the text has it, or None.

    Objects within objects are read to the fourth level, and not where null will do.
    """
    absent = depth > _DEEPEST or (depth > 0 and nullable(field, schema))
    field = resolved(field, schema)
    wanted = type_of(field)
    if wanted == "array":
        return _list(name, field, text, schema, depth)
    if wanted == "object":
        inner = {} if absent else properties(field)
        return {one: value_of(one, inner[one], text, schema, depth + 1) for one in inner} or None
    if options(field):
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
        return iso_date(_best(name, near, text)) if kind == "date" else _best(name, near, text)
    if (labelled := _labelled(name, text)) is not None:
        return labelled
    if type_of(field) in {"integer", "number"}:
        return _nearest_number(name, field, text)
    return near[0] if near else None


def _best(name: str, near: Sequence[str], text: str) -> str:
    """Return the match whose sentence tells most of the field's name; the first of equals."""
    if len(near) == 1:
        return near[0]
    wanted = stems(" ".join(name_parts(name)))
    held = {one: next((s for s in sentences(text) if one in s), "") for one in near}
    return max(near, key=lambda one: overlap(wanted, stems(held[one])))


def _labelled(name: str, text: str) -> str | None:
    spoken = r"[ _-]".join(re.escape(part) for part in name_parts(name)) or re.escape(name)
    found = re.search(rf"^[ \t>*|-]*{spoken}\**[ \t]*[:=|][ \t]*([^\n|]+)", text, re.I | re.M)
    return found[1].strip(" \t*|") if found else None


def _nearest_number(name: str, field: Mapping[str, Any], text: str) -> str | None:
    """Return the number of the sentence that is most like the field's name and description."""
    wanted = content_stems(" ".join(name_parts(name)) + " " + str(field.get("description", "")))
    best, found = -1.0, None
    for sentence in sentences(text):
        number = _NUMBER.search(sentence)
        if number and (score := overlap(wanted, content_stems(sentence))) > best:
            best, found = score, number[0]
    return found


def _list(
    name: str, field: Mapping[str, Any], text: str, schema: Mapping[str, Any], depth: int
) -> list[Any]:
    items = resolved(field.get("items"), schema)
    if options(items):
        return [
            one for one in options(items) if re.search(rf"\b{re.escape(str(one))}\b", text, re.I)
        ]
    if type_of(items) == "object":
        one = value_of(name, items, text, schema, depth + 1)
        return [] if one is None else [one]
    kind = kind_of(name, items) or kind_of(name, field)
    return [_typed(one, type_of(items)) for one in candidates(kind, text)]


def _enumerated(name: str, field: Mapping[str, Any], text: str) -> Any:
    """Return the first enum value that the text names; near the field's own name if it is there."""
    known = [one for one in options(field) if one is not None]
    labelled = _labelled(name, text)
    for held in (labelled or "", text):
        places = {
            one: match.start()
            for one in known
            if (match := re.search(rf"\b{re.escape(str(one))}\b", held, re.IGNORECASE))
        }
        if places:
            return min(places, key=lambda one: places[one])
    given = stems(text)
    scores = {str(one): overlap(content_stems(str(one)), given) for one in known}
    return max(known, key=lambda one: scores[str(one)]) if any(scores.values()) else None


def _stated(name: str, field: Mapping[str, Any], text: str) -> bool:
    """Return whether a sentence says what a yes-or-no field is about, and does not deny it."""
    labelled = _labelled(name, text)
    if labelled is not None:
        return labelled.lower()[:1] in {"y", "t", "1"}
    wanted = content_stems(" ".join(name_parts(name)))
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
