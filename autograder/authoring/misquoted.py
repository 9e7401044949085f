"""What is wrong between a lesson's prose, its `quoted.yaml` and its executed page.

A wrong number, a line that the page no longer has, an entry that nothing quotes and a number
without an entry are each told with what to do, and with the lines of the page that come closest.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from autograder.authoring.quoted import Entry, Line, Sentence, lines, numbers, same, sentences

__all__ = ["faults"]

_OFFERED = 3  # lines shown to an author who looks for the right one
_LONG = re.compile(r"(\d*\.0*[1-9]\d{4})\d{2,}")  # the first five digits that count are enough
_OPENING = 4  # words of a sentence that an offered entry begins with, at least


def faults(
    notebook: Any, outputs: Mapping[str, Iterable[dict[str, Any]]], entries: Sequence[Entry]
) -> list[str]:
    """Tell what is wrong between a lesson's prose, its `quoted.yaml` and its executed page."""
    said, page = list(sentences(notebook)), lines(notebook, outputs)
    told, bound = [], set()
    for entry in entries:
        meant = [one for one in said if one.text.startswith(entry.sentence)]
        if len({one.text for one in meant}) != 1:
            told.append(_unclear(entry, len(meant)))
        elif entry.number not in meant[0].numbers:
            told.append(_unused(entry, meant[0]))
        else:
            bound |= {(one, entry.number) for one in meant}
            told += _misquoted(entry, meant[0], page)
    for one in said:
        missing = [x for x in dict.fromkeys(one.numbers) if (one, x) not in bound]
        if one.tagged and missing:
            told.append(_unbound(one, missing, said, page))
    return told


def _misquoted(entry: Entry, sentence: Sentence, page: list[Line]) -> list[str]:
    where = f"{sentence.cell}: {entry.number} in {sentence.text!r}"
    found = {line.text for line in page if entry.stands_in(line)}
    kind = "code" if entry.code else "outputs"
    if not found:
        close = _holding(entry.number, sentence, page)
        close.sort(key=lambda line: -SequenceMatcher(None, line.text, entry.unmarked).ratio())
        return [
            f"{where}: the page's {kind} no longer have the line {entry.unmarked!r}. "
            f"Read the page, mend the sentence or quoted.yaml. {_offer(close)}"
        ]
    if len(found) > 1:
        return [f"{where}: {entry.unmarked!r} stands in {len(found)} lines. Quote more of one."]
    if len(entry.meant()) > 1:
        return [f"{where}: {entry.line!r} holds several numbers. Mark one: **1.5**."]
    if not entry.shows(entry.number, hundredths=sentence.hundredths):
        close = _holding(entry.number, sentence, page)
        return [f"{where}: {entry.line!r} does not show it. Write what it shows. {_offer(close)}"]
    return []


def _unclear(entry: Entry, count: int) -> str:
    how = "no sentence begins" if count == 0 else f"{count} sentences begin"
    remedy = "Take the entry out, or mend its beginning." if count == 0 else "Quote more of it."
    return f"quoted.yaml: {how} with {entry.sentence!r}, for {entry.number}. {remedy}"


def _unused(entry: Entry, sentence: Sentence) -> str:
    return (
        f"quoted.yaml: nothing quotes {entry.number}: {sentence.text!r} ({sentence.cell}) has "
        f"{', '.join(sentence.numbers) or 'no number'}. Take the entry out, or mend it."
    )


def _unbound(one: Sentence, missing: list[str], said: list[Sentence], page: list[Line]) -> str:
    listed = [f"- sentence: {_in_yaml(_beginning(one, said))}"]
    for number in missing:
        offered = _holding(number, one, page)[:_OFFERED]
        if not offered:
            listed.append(f'  # "{number}" stands nowhere: write what an output shows')
        for rank, line in enumerate(offered):
            text = _in_yaml(_marked(line, number, one.hundredths))
            value = f"{{code: {text}}}" if line.code else text
            listed.append(f'  {"# or " if rank else ""}"{number}": {value}')
    what = f"{one.cell}: quoted.yaml lacks {', '.join(missing)} of {one.text!r}. Paste and choose:"
    return "\n".join([what, *listed])


def _in_yaml(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _beginning(one: Sentence, said: list[Sentence]) -> str:
    words = one.text.split()
    for count in range(min(_OPENING, len(words)), len(words)):
        start = " ".join(words[:count])
        if sum(other.text.startswith(start) for other in said) == 1:
            return start
    return one.text


def _holding(number: str, one: Sentence, page: list[Line]) -> list[Line]:
    """List the lines that hold a number: outputs before code, then the nearest."""
    held = [
        line
        for line in page
        if any(same(number, shown, hundredths=one.hundredths) for shown in numbers(line.text))
    ]
    # What stands above a sentence is what it reads.
    return sorted(held, key=lambda x: (x.code, x.place > one.place, abs(x.place - one.place)))


def _marked(line: Line, number: str, hundredths: bool) -> str:
    text = _LONG.sub("\\1\u2026", line.text)
    found = numbers(text)
    fitting = [shown for shown in found if same(number, shown, hundredths=hundredths)]
    if len(found) == 1 or not fitting:
        return text
    # The first that is the same; a person looks whether it is the one that is meant.
    return re.sub(rf"(?<![\w.]){re.escape(fitting[0])}", f"**{fitting[0]}**", text, count=1)


def _offer(close: list[Line]) -> str:
    if not close:
        return "No line of the page holds this number."
    return "Lines that hold it: " + "; ".join(repr(line.text) for line in close[:_OFFERED])
