"""The kinds of value that a text can hold: what they are called and what they look like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from autograder.provider.behaviour.memory import remembered

__all__ = ["KINDS", "candidates", "iso_date", "kind_of", "name_parts"]

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(_MONTHS)
_DATE = (
    rf"\b(\d{{4}}-\d{{2}}-\d{{2}}|\d{{1,2}}\.? (?:{_MONTH}),? \d{{4}}"
    rf"|(?:{_MONTH}) \d{{1,2}},? \d{{4}}|\d{{1,2}}[./]\d{{1,2}}[./]\d{{4}})\b"
)
_CVSS = r"\b(?:CVSS\w*|scor\w+)[^\d\n]{0,30}(?:v?[234]\.[01]\b[^\d\n]{0,20})?(10(?:\.0)?|\d\.\d)\b"
_VERSION = r"(?<![\w.-])v?(\d+\.\d+(?:\.\d+)*(?:-?(?:rc|beta|p)\d*)?)(?![\w-]|\.\d)"
_HOST = r"(?<![@/.\w-])(?!c[vw]e-)(?:[a-z]{2,12}-\d{1,4}(?![\w-])|[a-z][\w-]*(?:\.[a-z][\w-]*)+)\b"
# Kind, the words of a field's name (or else of its description) that choose it, its pattern.
KINDS: dict[str, tuple[str, str]] = {
    "cve": ("cve", r"\bCVE-\d{4}-\d{4,7}\b"),
    "cwe": ("cwe", r"\bCWE-\d{1,4}\b"),
    "cvss": ("cvss", _CVSS),
    "version": ("version fixed patched release", _VERSION),
    "date": ("date published updated disclosed reported deadline day", _DATE),
    "ip": ("ip ipv4 address", r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)"),
    "email": ("email mail contact", r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b"),
    "url": ("url link uri reference", r"https?://[^\s<>\"')\]]+"),
    "hash": ("hash sha256 md5 sha1 checksum", r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b"),
    "host": ("host hostname machine workstation server device", _HOST),
    "port": ("port", r"\bports? (\d{1,5})\b|:(\d{2,5})\b"),
    "severity": (
        "severity priority criticality",
        r"\b(critical|high|medium|moderate|low|informational)\b",
    ),
    "amount": ("amount price cost total", r"(?:USD|EUR|\$|€)\s?(\d[\d,]*(?:\.\d+)?)"),
    "summary": ("summary title description headline impact", ""),
    "name": (
        "product vendor name component package user person author organisation organization"
        " company customer city country place location town region",
        r"\b[A-Z][A-Za-z0-9]+(?:[ -][A-Z][A-Za-z0-9]+){0,3}\b",
    ),
}
_CHOSEN_BY = {word: kind for kind, (words, _) in KINDS.items() for word in words.split()}
_COMPILED = {
    kind: re.compile(pattern, 0 if kind == "name" else re.IGNORECASE)
    for kind, (_, pattern) in KINDS.items()
    if pattern
}
_ABBREVIATED = {
    "CVE", "CVSS", "CWE", "RCE", "XSS", "SQL", "CSRF", "SSRF", "DoS", "API", "HTTP", "HTTPS", "URL",
    "IP", "TLS", "SSL", "DNS", "ID",
}  # fmt: skip
_OPENING = {
    "Add", "Answer", "Ask", "Call", "Check", "Create", "Fetch", "Find", "Get", "Give", "List",
    "Look", "Open", "Read", "Run", "Search", "Send", "Set", "Show", "Tell", "Then", "Try", "Use",
    "A", "All", "An", "Affected", "Are", "As", "At", "Attackers", "Before", "By", "Could", "Do",
    "Does", "Fixed", "For", "From", "He", "How", "I", "If", "In", "Is", "It", "Its", "No", "On",
    "Our", "Patched", "Please", "She", "Since", "The", "There", "These", "They", "This", "Those",
    "To", "Update", "Upgrade", "Users", "We", "What", "When", "Where", "Which", "Who", "Why",
    "You", "Your",
}  # fmt: skip
_FORMATS = {"date": "date", "date-time": "date", "email": "email", "ipv4": "ip", "uri": "url"}
_PARTS = re.compile(r"[A-Z]?[a-z]+\d*|[A-Z]+(?![a-z])\d*|\d+")


@remembered(2_048, 200)
def name_parts(name: str) -> tuple[str, ...]:
    """Return the words of a field's name, `snake_case` or `camelCase`, in lower case."""
    return tuple(part.lower() for part in _PARTS.findall(name))


def kind_of(name: str, field: Mapping[str, Any]) -> str:
    """Return the kind of a field (a key of `KINDS`), or "" where nothing tells it."""
    if (kind := _FORMATS.get(str(field.get("format", "")))) is not None:
        return kind
    if "CVE-" in str(field.get("pattern", "")):
        return "cve"
    return _named(name) or _named(str(field.get("description", "")))


@remembered(2_048, 200)
def _named(text: str) -> str:
    """Return the kind that a word of a text chooses, singular or plural, by `KINDS`' order."""
    told = name_parts(text)
    chosen = {_CHOSEN_BY.get(part) or _CHOSEN_BY.get(part.removesuffix("s"), "") for part in told}
    return next((kind for kind in KINDS if kind in chosen), "")


def candidates(kind: str, text: str) -> list[str]:
    """Return every match of a kind in a text, in order, each once."""
    if kind not in _COMPILED:
        return []
    matches = _COMPILED[kind].finditer(text)
    if kind == "name":
        matches = (match for match in matches if _names(match[0], text[: match.start()]))
    found = dict.fromkeys(next(filter(None, m.groups()), m[0]) for m in matches)
    if kind == "version":  # a CVSS score looks like one
        scores = {match[1] for match in _COMPILED["cvss"].finditer(text)}
        return [one for one in found if one not in scores]
    return list(found)


def _names(word: str, before: str) -> bool:
    """Tell whether capital letters make a name: no abbreviation, no word that opens a sentence."""
    opens = not before.strip() or before.rstrip()[-1:] in ".!?:"
    return word not in _ABBREVIATED and not (opens and word in _OPENING)


def iso_date(text: str) -> str:
    """Write a date as ISO 8601; one that cannot be read stays as it is."""
    parts = re.findall(r"\d+|[a-z]+", text.lower())
    numbers = [int(part) for part in parts if part.isdigit()]
    month = next((_MONTHS.index(part) + 1 for part in parts if part in _MONTHS), None)
    try:
        year = max(numbers)
        others = [number for number in numbers if number != year]
        if month is not None:
            return date(year, month, others[0]).isoformat()
        first, second = others if numbers[0] == year else (others[1], others[0])
        return date(year, first, second).isoformat()
    except (ValueError, IndexError):
        return text
