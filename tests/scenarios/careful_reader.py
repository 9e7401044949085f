"""A reader of the public documents who knows the language and has not seen the truth.

It inverts the phrasing tables with regular expressions: facts out of documents
in force, then a verdict about a claim's text alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from autograder.scenarios.corpus import Public
from autograder.scenarios.corpus.families import FAMILIES as ALL
from autograder.scenarios.corpus.family import Family, Style, spoken
from autograder.scenarios.corpus.versions import STYLES

FAMILIES = tuple(family for family in ALL if family.items)
_VERSION = r"\d+\.\d+\.\d+"
_BRANCH = r"\d+\.x"
_TO_ASSISTANTS = re.compile(r"assistant|language model|^SYSTEM", re.IGNORECASE)
_DAY = r"\d{4}-\d\d-\d\d"
_MONTHS = {spoken(f"2031-{m:02}-01", "date").split()[1]: f"{m:02}" for m in range(1, 13)}


@dataclass(frozen=True)
class Reading:
    """What a claim says: of whom, of what, and which value."""

    entity: str
    attribute: str
    value: str


@dataclass(frozen=True)
class Verdict:
    """A label, and the passages that decided it."""

    label: str
    evidence: tuple[str, ...]


class CarefulReader:
    """Read the documents once; then judge any claim about them."""

    def __init__(self, public: Public, styles: Iterable[int] = range(4)) -> None:
        self.styles = tuple(styles)
        replaced = {d.replaces for d in public.documents}
        self.vendor = public.vendor
        self.facts: dict[tuple[str, str], tuple[str, str]] = {}
        for document in public.documents:
            if document.id in replaced:
                continue
            for passage in document.passages:
                if not _TO_ASSISTANTS.search(passage.text):
                    self._learn(passage.id, passage.text.replace("\n- ", " "))

    def _learn(self, passage: str, text: str) -> None:
        for reading in (*_facts(text), *_version_facts(text)):
            key = reading.entity, reading.attribute
            assert key not in self.facts, f"{key} is stated twice in force"
            self.facts[key] = reading.value, passage

    def read(self, claim: str) -> Reading:
        """Understand a claim; there must be exactly one way to."""
        found = {
            Reading(self._entity(r.entity), r.attribute, r.value)
            for style in self.styles
            for r in (*_claims(claim, style), *_version_claims(claim, style))
        }
        assert len(found) == 1, f"{len(found)} readings of {claim!r}: {found}"
        return found.pop()

    def judge(self, claim: str) -> Verdict:
        """Decide a claim by the documents in force."""
        reading = self.read(claim)
        if " at " in reading.attribute:
            return self._membership(reading)
        fact = self.facts.get((reading.entity, reading.attribute))
        if fact is None:
            return Verdict("unsupported", ())
        value, passage = fact
        return Verdict("supported" if value == reading.value else "contradicted", (passage,))

    def _membership(self, reading: Reading) -> Verdict:
        attribute, version = reading.attribute.split(" at ")
        fact = self.facts.get((reading.entity, attribute))
        if fact is None:
            return Verdict("unsupported", ())
        low, high = map(_ordered, fact[0].split(" to "))
        truth = "yes" if low <= _ordered(version) <= high else "no"
        return Verdict("supported" if truth == reading.value else "contradicted", (fact[1],))

    def _entity(self, name: str) -> str:
        known = name.startswith(self.vendor) or "-" in name or name == "standard services"
        return name if known else f"{self.vendor} {name}"


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _value(family: Family, said: tuple[str, str], loose: bool) -> str:
    """Write a pattern for a value; `loose` also takes the other ways to write it."""
    if family.unit == "flag":
        return "|".join(map(re.escape, sorted(said, key=len, reverse=True)))
    if family.unit == "date":
        return rf"{_DAY}|\d+ [A-Z][a-z]+ \d{{4}}" if loose else _DAY
    values = list(family.pool or family.known.values())
    if loose:
        values += [spoken(v, family.unit) for v in values]
    return "|".join(map(re.escape, sorted(set(values), key=len, reverse=True)))


def _plain(family: Family, said: tuple[str, str], text: str) -> str:
    """Return a value in normal form."""
    if family.unit == "flag":
        return "yes" if text == said[0] else "no"
    if family.unit == "date" and not re.fullmatch(_DAY, text):
        day, month, year = text.split()
        return f"{year}-{_MONTHS[month]}-{int(day):02}"
    return {spoken(v, family.unit): v for v in family.pool}.get(text, text)


def _pattern(template: str, **groups: str) -> str:
    """Turn a template into a pattern with named groups; a second use is a back reference."""
    out = ""
    seen: set[str] = set()
    for part in re.split(r"(\{\w+\})", template):
        name = part[1:-1]
        if not part.startswith("{"):
            out += re.escape(part)
        elif name in seen:
            out += rf"(?P={name})"
        else:
            out += rf"(?P<{name}>{groups[name]})"
            seen.add(name)
    return out


def _items(family: Family) -> str:
    return "|".join(map(re.escape, sorted(family.items, key=len, reverse=True)))


_SUBJECT = r"[A-Z][\w-]*(?: [A-Z]\w+)?"


@cache
def _document_patterns(family: Family) -> list[tuple[Style, re.Pattern[str], re.Pattern[str]]]:
    return [
        (
            style,
            re.compile(_pattern(style.lead, p=_SUBJECT)),
            re.compile(_pattern(style.each, i=_items(family), v=_value(family, style.said, False))),
        )
        for style in family.styles
    ]


def _facts(text: str) -> Iterator[Reading]:
    for family in FAMILIES:
        for style, lead, each in _document_patterns(family):
            opening = lead.search(text)
            if opening is None:
                continue
            entity = opening["p"] if "p" in lead.groupindex else "standard services"
            sentence = text[opening.end() :].split(";")[0]
            for found in each.finditer(sentence):
                value = _plain(family, style.said, found["v"])
                yield Reading(entity, family.attribute(found["i"]), value)


def _version_facts(text: str) -> Iterator[Reading]:
    for style in STYLES:
        opening = re.search(_pattern(style.lead, p=_SUBJECT, q=_SUBJECT), text)
        if opening is None:
            continue
        each = _pattern(style.each, i=_BRANCH, low=_VERSION, high=_VERSION, fixed=_VERSION)
        for found in re.finditer(each, text[opening.end() :]):
            yield Reading(
                opening["p"], f"affected: {found['i']}", f"{found['low']} to {found['high']}"
            )
            yield Reading(opening["p"], f"fixed: {found['i']}", found["fixed"])


@cache
def _claim_patterns(style: int) -> list[tuple[Family, re.Pattern[str]]]:
    found = []
    for family in FAMILIES:
        how = family.styles[style]
        value = _value(family, how.claimed, True)
        pattern = _sentence(how.claim, p=_SUBJECT, i=_items(family), v=value)
        found.append((family, re.compile(pattern)))
    return found


def _sentence(template: str, **groups: str) -> str:
    """Turn a claim's template into a pattern; its first letter may be small or capital."""
    if template.startswith("{"):
        return _pattern(template, **groups)
    return f"(?i:{template[0]})" + _pattern(template[1:], **groups)


def _claims(claim: str, style: int) -> Iterator[Reading]:
    for family, pattern in _claim_patterns(style):
        if found := pattern.fullmatch(claim):
            entity = found["p"] if "p" in pattern.groupindex else "standard services"
            value = _plain(family, family.styles[style].claimed, found["v"])
            yield Reading(entity, family.attribute(found["i"]), value)


@cache
def _version_patterns(style: int) -> dict[str, re.Pattern[str]]:
    how = STYLES[style]
    groups = {"p": _SUBJECT, "q": _SUBJECT, "i": _BRANCH, "x": _VERSION}
    groups |= dict.fromkeys(("low", "high", "fixed"), _VERSION)
    words = {"range": how.range, "fixed": how.fixed, "member": how.member, "spared": how.spared}
    return {name: re.compile(_sentence(template, **groups)) for name, template in words.items()}


def _version_claims(claim: str, style: int) -> Iterator[Reading]:
    for name, pattern in _version_patterns(style).items():
        found = pattern.fullmatch(claim)
        if found is None:
            continue
        branch = found["i"]
        if name == "range":
            yield Reading(found["p"], f"affected: {branch}", f"{found['low']} to {found['high']}")
        elif name == "fixed":
            yield Reading(found["p"], f"fixed: {branch}", found["fixed"])
        else:
            truth = "yes" if name == "member" else "no"
            yield Reading(found["p"], f"affected: {branch} at {found['x']}", truth)
