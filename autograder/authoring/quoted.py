"""Numbers that a lesson's prose quotes, held against what its executed page shows.

A sentence that carries a tag, *measured* or *simulated*, quotes what a cell computed. Each number
in it must stand in the page: in an output, rounded as the sentence rounds it, or in the code and
the tables that the sentence describes. A number that stands nowhere was typed from memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from typing import Any

__all__ = ["Quoted", "quoted", "unfounded"]

_TAGGED = re.compile(r"\*(?:measured|simulated)\*")
_LEGEND = re.compile(r"^(?:Tags|Numbers are tagged)\b")
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z0-9*`\"(])")
_FACT = re.compile(r"\([^()]*\*fact\*[^()]*\)")  # has a source of its own
_NUMBER = re.compile(r"(?<![\w.,])-?(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?(?![\w])")
_CODE = re.compile(r"`[^`]*`")
_TARGET = re.compile(r"\]\([^)]*\)")
_HTML_TAG = re.compile(r"<[^>]+>")
_SMALL = 10  # a count up to ten is often a word of the prose, such as "3 of 4"
_HUNDREDTHS = re.compile(r"%|\bper cent\b|\bcents?\b")  # where a page shows shares or dollars


@dataclass(frozen=True)
class Quoted:
    """One number of a tagged sentence: the cell it stands in, as written, and its sentence."""

    cell: str
    number: str
    sentence: str
    hundredths: bool = False

    @property
    def value(self) -> float:
        """Return the number's value."""
        return float(self.number.replace(",", ""))

    @property
    def places(self) -> int:
        """Return how many places behind the point it was rounded to."""
        return len(self.number.partition(".")[2])


def quoted(notebook: Any) -> Iterator[Quoted]:
    """Yield each number of each tagged sentence of a notebook's prose; small counts aside."""
    for cell in notebook["cells"]:
        if cell["cell_type"] != "markdown":
            continue
        for line in "".join(cell["source"]).splitlines():
            for sentence in _SENTENCE.split(line):
                if _TAGGED.search(sentence) and not _LEGEND.match(line):
                    yield from _numbers(cell["id"], sentence)


def unfounded(notebook: Any, outputs: Mapping[str, list[dict[str, Any]]]) -> list[Quoted]:
    """List the quoted numbers that the page shows nowhere, in whatever unit."""
    shown = sorted({*_shown(notebook, outputs)})
    return [one for one in quoted(notebook) if not _stands(one, shown)]


def _numbers(cell: str, sentence: str) -> Iterator[Quoted]:
    text = _FACT.sub(" ", _TARGET.sub("]", _CODE.sub(" ", sentence)))
    for found in _NUMBER.finditer(text):
        if found[0].strip("-"):
            hundredths = bool(_HUNDREDTHS.search(text))
            one = Quoted(cell, found[0].lstrip("-"), sentence, hundredths)
            if one.places or one.value > _SMALL:
                yield one


def _shown(notebook: Any, outputs: Mapping[str, list[dict[str, Any]]]) -> Iterator[float]:
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            yield from _values("".join(cell["source"]).replace("_", ""))
        else:
            untagged = [x for x in "".join(cell["source"]).splitlines() if not _TAGGED.search(x)]
            yield from _values("\n".join(untagged))
    for said in outputs.values():
        yield from _values("\n".join(_texts(said)))


def _texts(outputs: Iterable[dict[str, Any]]) -> Iterator[str]:
    for output in outputs:
        yield str(output.get("text", ""))
        for kind, data in output.get("data", {}).items():
            if kind.startswith("text/"):
                yield unescape(_HTML_TAG.sub(" ", str(data)))


def _values(text: str) -> Iterator[float]:
    for found in re.finditer(r"\d[\d,]*(?:\.\d+)?(?:e-?\d+)?|\.\d+", text):
        try:
            yield float(found[0].replace(",", ""))
        except ValueError:
            continue


def _stands(one: Quoted, shown: Iterable[float]) -> bool:
    half = 0.5 * 10**-one.places * (1 + 1e-9)
    scales = (1.0, 100.0) if one.hundredths else (1.0,)
    return any(abs(value * scale - one.value) <= half for value in shown for scale in scales)
