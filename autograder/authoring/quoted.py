"""Numbers that a lesson's prose quotes, each bound to the line of the executed page it comes from.

A sentence that carries a tag, *measured* or *simulated*, quotes what a cell computed. The lesson's
`quoted.yaml` says for each of its numbers which line of the page holds it:

    - sentence: "A correct answer costs 0.37"         # its beginning, unique in the lesson
      "0.37": "per correct [**0.0037**, 0.0165]"      # an output's line, or a part of it
      "24": {code: "turns = np.arange(24)"}           # a parameter that a cell sets

The line stands in the page as it is quoted, and holds the number as the sentence rounds it. Where
it holds several numbers, stars mark the one that is meant. Of a number with many places the first
are enough, as in 0.954…: the last ones may differ between processors. What does not hold,
`misquoted` tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import yaml

from autograder.errors import ContentError

__all__ = ["Entry", "Line", "Sentence", "lines", "numbers", "read_entries", "same", "sentences"]

_TAGGED = re.compile(r"\*(?:measured|simulated)\*")
_LEGEND = re.compile(r"^(?:Tags|Numbers are tagged)\b")
_BULLET = re.compile(r"^\s*(?:[-*>]|\d+\.)\s+")
_SENTENCE = re.compile(rf"(?<=[.?!])\s+(?=[A-Z0-9*`\"(])(?!\(?{_TAGGED.pattern})")
_HUNDREDTHS = re.compile(r"%|\bper cent\b|\bcents?\b|\bpoints?\b")  # the page: shares or dollars

_NOT_QUOTED = (
    re.compile(r"`[^`]*`"),  # code
    re.compile(r"(?<=\])\([^)]*\)"),  # a link's address
    re.compile(rf"\((?![^()]*{_TAGGED.pattern})[^()]*\*fact\*[^()]*\)"),  # has its own source
    re.compile(r"\b\d{4}-\d\d-\d\d\b"),  # a day
    # Part of a name; any other name with a number stands in backticks.
    re.compile(r"\b(?i:Lesson|Task|Step|Hint|CWE|Python|Claude|Gemini|GPT)s?[ -]\d[\d.]*"),
)
_DIGITS = r"(?:\d{1,3}(?:[,_]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)(?:e[-+]?\d+)?"
_ON_PAGE = re.compile(rf"(?<![\w@])(?<!\d[.,])(?:(?<![\w.)])[-\u2212])?{_DIGITS}")
_IN_PROSE = re.compile(rf"{_ON_PAGE.pattern}(?!\w|[.,]\d)")  # no unit sticks to it, as in 5ms
_MARKED = re.compile(r"\*\*([^*\s][^*]*)\*\*")
_CUT = re.compile(r"(?<=\d)\u2026")
_ROW_END = re.compile(r"</(?:tr|p|li|div|h\d|pre|table|caption)>|<br\s*/?>")
_CELL_END = re.compile(r"</t[dh]>")
_HTML_TAG = re.compile(r"<[^>]+>")
_REMEDY = 'Write `- sentence: "..."`, and below it `"62": "the line"` for each number.'


@dataclass(frozen=True)
class Sentence:
    """One sentence of prose: the cell it stands in, and the numbers it writes in digits."""

    cell: str
    place: int
    text: str
    tagged: bool
    numbers: tuple[str, ...]

    @property
    def hundredths(self) -> bool:
        """Say whether it counts in per cent or cents what a page may show as shares or dollars."""
        return bool(_HUNDREDTHS.search(self.text))


@dataclass(frozen=True)
class Line:
    """One line of a page's outputs or of its code, with single spaces; `place` counts cells."""

    place: int
    text: str
    code: bool


@dataclass(frozen=True)
class Entry:
    """One quoted number: how its sentence begins, and the line that holds it, perhaps marked."""

    sentence: str
    number: str
    line: str
    code: bool = False

    @property
    def unmarked(self) -> str:
        """Return the line as the page has it."""
        return _spaced(_MARKED.sub(r"\1", self.line))

    def shows(self, number: str, *, hundredths: bool) -> bool:
        """Say whether the one number that is meant is `number`, as that is rounded."""
        meant = self.meant()
        return len(meant) == 1 and same(number, meant[0], hundredths=hundredths)

    def meant(self) -> list[str]:
        """List the numbers that the line may mean: one, unless a mark is missing."""
        marked = _MARKED.search(self.line)
        return numbers(marked[1] if marked else self.line)

    def stands_in(self, line: Line) -> bool:
        """Say whether a line of the page holds this one, whole or between two words."""
        text = _CUT.sub(r"\\d+", re.escape(self.unmarked))
        part = rf"(?<!\w)(?<!\d[.,]){text}(?!\w|[.,]\d)"
        return self.code == line.code and bool(re.search(part, line.text))


def sentences(notebook: Any) -> Iterator[Sentence]:
    """Yield each sentence of a notebook's prose."""
    for place, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "markdown":
            continue
        for line in "".join(cell["source"]).splitlines():
            if not _LEGEND.match(line):
                for text in _SENTENCE.split(_BULLET.sub("", line)):
                    tagged = bool(_TAGGED.search(text))
                    yield Sentence(cell["id"], place, _spaced(text), tagged, _written(text))


def lines(notebook: Any, outputs: Mapping[str, Iterable[dict[str, Any]]]) -> list[Line]:
    """List the lines of a page's code and outputs, from its top; a table's row is one line."""
    found = []
    for place, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            source = "".join(cell["source"])
            texts = [(text, True) for text in source.splitlines()]
            texts += [(text, False) for text in _shown(outputs.get(cell["id"], ()))]
            found += [Line(place, _spaced(text), code) for text, code in texts if text.strip()]
    return found


def numbers(text: str) -> list[str]:
    """List the numbers in a line of the page, as written."""
    return _ON_PAGE.findall(text)


def same(written: str, shown: str, *, hundredths: bool) -> bool:
    """Say whether prose may write a number of the page so: rounded, in per cent or in cents."""
    plain = [re.sub("[,_]", "", one).replace("\u2212", "-") for one in (written, shown)]
    wanted, value = map(float, plain)
    if not plain[0].startswith("-"):  # a loss of .022 in words is -0.022 in a table
        value = abs(value)
    digits, _, power = plain[0].partition("e")
    half = 0.5 * 10.0 ** (int(power or 0) - len(digits.partition(".")[2])) * (1 + 1e-9)
    scaled = (value, value * 100) if hundredths else (value,)
    # A share of 0.6 is not "1": below one there is nothing to round to a whole number.
    return any(abs(x - wanted) <= (half if half < 0.5 or abs(x) >= 1 else 0) for x in scaled)


def read_entries(path: Path) -> list[Entry]:
    """Read a lesson's `quoted.yaml`, which may be absent; raise `ContentError` where it is odd."""
    if not path.is_file():
        return []
    where = "/".join(path.parts[-2:])
    try:
        listed = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    except yaml.YAMLError as err:
        raise ContentError(f"{where}: this is not YAML: {err}.") from err
    if not isinstance(listed, list):
        raise ContentError(f"{where}: this is no list. {_REMEDY}")
    return [entry for block in listed for entry in _entries(block, where)]


def _spaced(text: str) -> str:
    return " ".join(text.split())


def _written(sentence: str) -> tuple[str, ...]:
    for pattern in _NOT_QUOTED:
        sentence = pattern.sub(" ", sentence)
    return tuple(_IN_PROSE.findall(sentence))


def _shown(outputs: Iterable[dict[str, Any]]) -> Iterator[str]:
    for output in outputs:
        yield from str(output.get("text", "")).splitlines()
        data = output.get("data", {})
        if "image/png" in data:  # its alternative text is what a screen reader says of it
            yield str(output.get("metadata", {}).get("image/png", {}).get("alt", ""))
        elif "text/html" in data:
            yield from _rows(str(data["text/html"]))
        else:
            yield from str(data.get("text/plain", "")).splitlines()


def _rows(html: str) -> list[str]:
    text = _ROW_END.sub("\n", _CELL_END.sub(" ", _spaced(html)))
    return unescape(_HTML_TAG.sub("", text)).splitlines()


def _entries(block: Any, where: str) -> Iterator[Entry]:
    if not isinstance(block, dict) or not isinstance(block.get("sentence"), str):
        raise ContentError(f"{where}: {block!r} names no sentence. {_REMEDY}")
    if len(block) == 1:
        raise ContentError(f"{where}: {block['sentence']!r} binds no number. {_REMEDY}")
    for number, line in block.items():
        if number == "sentence":
            continue
        code = isinstance(line, dict) and set(line) == {"code"}
        text = line["code"] if code else line
        if not isinstance(number, str) or not isinstance(text, str) or not text.strip():
            what = f"{number!r}: {line!r}, below {block['sentence']!r}, is no number in quotes"
            raise ContentError(f"{where}: {what} with a line. {_REMEDY}")
        yield Entry(_spaced(block["sentence"]), number, text, code)
