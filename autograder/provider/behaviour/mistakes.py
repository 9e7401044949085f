"""The ways in which a reply goes wrong, so that errors look like errors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.provider.behaviour.sentences import sentences
from autograder.provider.draws import Draws

__all__ = ["INVENTED", "UNSUPPORTED", "invented", "negated", "shifted", "typo", "unsupported"]

_NUMBER = re.compile(r"(?<![\w.-])\d+(?:\.\d+)*(?![\w-])|\d+(?=[^\W\d])|(?<=-)\d+\b")
# What an unsupported sentence is: one of the given text with a number off by one, one with its verb
# denied, or one from nowhere. One that cannot be made falls to the last.
UNSUPPORTED = {"number": 0.35, "negation": 0.25, "invented": 0.4}
_VERB = re.compile(r"\b(is|are|was|were|can|must|may|has|should|will)\b( not\b)?")
INVENTED = (
    "The same behaviour was first reported {n} months earlier.",
    "About {n} % of the installations that were checked are affected.",
    "The vendor has promised a change within {n} days.",
    "It also applies to the {n} other systems of the same group.",
    "This was confirmed in a test with {n} hosts.",
    "An exception can be granted for up to {n} days.",
)


def shifted(text: str, draws: Draws) -> str:
    """Change one number of a text by one; return the text unchanged where it has none."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    match = draws.choice("which number", found)
    head, dot, last = match[0].rpartition(".")
    step = 1 if last.strip("0") == "" or draws.chance("up or down", 0.5) else -1
    changed = str(int(last) + step).zfill(len(last) if last[:1] == "0" else 1)
    return f"{text[: match.start()]}{head}{dot}{changed}{text[match.end() :]}"


def typo(text: str, draws: Draws) -> str:
    """Swap two neighbouring characters of a text, or double its last one."""
    places = [n for n in range(len(text) - 1) if text[n] != text[n + 1]]
    if not places:
        return text + text[-1:] if text else "?"
    at = draws.choice("where", places)
    return f"{text[:at]}{text[at + 1]}{text[at]}{text[at + 2 :]}"


def invented(given: str, draws: Draws) -> str:
    """Return a sentence that the given text does not support: its number does not occur there."""
    number = draws.integer("invented number", 11, 97)
    while re.search(rf"\b{number}\b", given):
        number += 1
    return draws.choice("invented", INVENTED).format(n=number)


def negated(text: str) -> str:
    """Deny a sentence's first auxiliary, or affirm it; unchanged where it has none."""
    return _VERB.sub(lambda m: m[1] if m[2] else f"{m[1]} not", text, count=1)


def unsupported(given: str, said: Sequence[str], draws: Draws) -> str:
    """Return a sentence that the given text does not support and the reply does not have yet."""
    kind = draws.weighted("kind", UNSUPPORTED)
    near = [one for one in sentences(given) if one not in said] or list(said)
    if kind != "invented" and near:
        one = draws.choice("near", near)
        changed = shifted(one, draws) if kind == "number" else negated(one)
        if changed not in given and changed not in said:
            return changed
    return invented(given, draws)
