"""The glossary is sorted, says each term once, and names lessons and sources that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.manifest import read_course

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
_DIRECTIVE = re.search(r"^```\{glossary\}\n(.*?)^```$", PAGE, flags=re.DOTALL | re.MULTILINE)
assert _DIRECTIVE is not None
LESSONS = {x.id[:2] for x in read_course(ROOT / "notebooks" / "course.yaml").lessons}
ENTRIES: dict[str, list[str]] = {}
TERMS: list[str] = []
for line in filter(None, _DIRECTIVE[1].splitlines()):
    if line.startswith("  "):
        ENTRIES[TERMS[-1]].append(line.strip())
    else:
        TERMS.append(line)
        ENTRIES[line] = []


def test_terms_are_unique_and_sorted() -> None:
    """A reader finds a term by its letter, in one place, and the page counts them right."""
    folded = [term.casefold() for term in TERMS]
    assert folded == sorted(set(folded))
    assert 60 <= len(TERMS) <= 110
    assert f"\n{len(TERMS)} terms" in PAGE


@pytest.mark.parametrize("term", TERMS)
def test_an_entry_is_short_and_names_its_lesson_and_its_source(term: str) -> None:
    """One or two sentences, or three short ones; then where it is met; then a source.

    Only a word of the course's own may be met in every lesson or on a page.
    """
    *said, lesson, source = ENTRIES[term]
    assert 1 <= len(said) <= 3
    assert all(sentence.rstrip(")").endswith(".") for sentence in said)
    number = re.fullmatch(r"Practised in \{lesson\}`(\d\d)`\.", lesson)
    own = source == "The word is this course's own."
    if own and number is None:
        assert re.fullmatch(r"Met (in every lesson|on \[[^]]+\]\(\w+\.md\))\.", lesson)
        return
    assert number is not None, lesson
    assert number[1] in LESSONS
    if not own:
        assert re.fullmatch(r"Source: \[.+\]\(https://\S+\)(, read in \d{4})?\.", source)
        assert re.search(r"\d{4}(\]|\.$)", source), "no year"


def test_every_term_that_an_entry_refers_to_is_here() -> None:
    """A reference inside the page leads to an entry, whatever its capitals."""
    known = {term.casefold() for term in TERMS}
    for name in re.findall(r"\{term\}`([^`]+)`", PAGE):
        assert name.casefold() in known


OWN = "card, case task, corpus, mutant, reference, rung, sealed truth, seed, slice, stub, world"


@pytest.mark.parametrize("word", OWN.split(", "))
def test_the_words_of_the_course_itself_are_here(word: str) -> None:
    """What cards, guides and the truth table say without an explanation has one here."""
    assert word in {term.casefold() for term in TERMS}
