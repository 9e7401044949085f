"""Each number that a lesson says it measured is on the line of its page that its entry names."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from autograder import content
from autograder.authoring.bookpages import content_key, run_reference
from autograder.authoring.misquoted import faults
from autograder.authoring.quoted import (
    Entry,
    Line,
    Sentence,
    lines,
    numbers,
    read_entries,
    same,
    sentences,
)

pytestmark = pytest.mark.timeout(400)  # the first test of a lesson here may run it

ROOT = Path(__file__).resolve().parents[2]
LESSONS = [lesson.id for lesson in content.course().ready]
DRAWS = 50  # wrong numbers for each quoted one


@dataclass(frozen=True)
class Read:
    """A lesson's sentences, entries and executed page, and what is wrong between them."""

    sentences: tuple[Sentence, ...]
    entries: tuple[Entry, ...]
    page: tuple[Line, ...]
    faults: tuple[str, ...]

    def bound(self) -> list[tuple[Sentence, Entry]]:
        """Pair each entry with its sentence."""
        return [
            (one, entry)
            for entry in self.entries
            for one in self.sentences
            if one.text.startswith(entry.sentence)
        ]


def read(lesson: str) -> Read:
    """Read a lesson as the book shows it; its reference runs at most once for each state."""
    source, release = (
        ROOT / "notebooks" / kind / lesson / f"{lesson}.ipynb" for kind in ("source", "release")
    )
    outputs = run_reference(source, ROOT / "_build/reference", content_key(ROOT, source)).outputs
    notebook = json.loads(release.read_text(encoding="utf-8"))
    entries = read_entries(ROOT / "notebooks" / "lessons" / lesson / "quoted.yaml")
    return Read(
        tuple(sentences(notebook)),
        tuple(entries),
        tuple(lines(notebook, outputs)),
        tuple(faults(notebook, outputs, entries)),
    )


def redrawn(number: str, draw: Random) -> str:
    """Return another number of the same form: each digit drawn anew, the first one not to 0."""
    while True:
        wrong = re.sub(r"\d", lambda _: str(draw.randrange(10)), number)
        first = re.search(r"\d", wrong)
        zero = (
            first is not None and first[0] == "0" and not number.lstrip("-").startswith(("0", "."))
        )
        if wrong != number and not zero:
            return wrong


@pytest.mark.parametrize("lesson", LESSONS)
def test_numbers_in_prose_stand_in_the_executed_page(lesson: str) -> None:
    """Every number of every tagged sentence has its line, and every entry is needed."""
    told = read(lesson).faults
    assert not told, "\n\n".join(told)


def test_a_wrong_number_does_not_pass() -> None:
    """Typed into sentence and entry alike it is told, though it often stands on the page."""
    draw, tried, somewhere, passed = Random(8), 0, 0, 0
    for lesson in map(read, LESSONS):
        for one, entry in lesson.bound():
            for wrong in (redrawn(entry.number, draw) for _ in range(DRAWS)):
                tried += 1
                passed += entry.shows(wrong, hundredths=one.hundredths)
                somewhere += any(
                    same(wrong, shown, hundredths=one.hundredths)
                    for line in lesson.page
                    for shown in numbers(line.text)
                )
    said = f"of {tried} wrong numbers {somewhere} stand on their page, {passed} pass"
    print(said)
    assert tried >= DRAWS * 150, f"hardly a number is quoted: {said}"
    assert somewhere > tried / 5, f"these are too easily told: {said}"
    assert passed <= tried / 1000, said


def test_what_goes_from_the_page_is_told() -> None:
    """Without the outputs and the code that they quote, no entry of any lesson holds."""
    for lesson in LESSONS:
        entries = read_entries(ROOT / "notebooks" / "lessons" / lesson / "quoted.yaml")
        notebook = json.loads(
            (ROOT / "notebooks" / "release" / lesson / f"{lesson}.ipynb").read_text("utf-8")
        )
        prose = {"cells": [c for c in notebook["cells"] if c["cell_type"] == "markdown"]}
        told = faults(prose, {}, entries)
        assert len([fault for fault in told if "no longer have the line" in fault]) == len(entries)
