"""The reader's own text is split as the practice models split it, and only when there is some."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from autograder.interactives import budget
from autograder.provider import tokens
from tests.browser import axe

pytestmark = [pytest.mark.browser]

TEXTS = (
    "The attacker used stolen credentials.",
    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    '{"severity": "high", "host": "db-17", "count": 42}',
    "Zugriffsprotokolle pr\u00fcfen, \u00c4rger! na\u00efve caf\u00e9",
    "\u65e5\u672c\u8a9e\u306e\u30c6\u30ad\u30b9\u30c8 \u3068 english",
    "\ud55c\uad6d\uc5b4 \ubb38\uc7a5",
    "a\tb\nc\r\nd\x0be\u00a0f\u200bg\ufeffh",
    "x" * 250,
    "$1+1=2 <tag> `code` ~/path^2 | a_b \u201cquoted\u201d \u2014 dash\u2026 \u00a75 \u20ac9",
    "\U0001f642\U0001f643 ok",
    "   ",
)
LABEL = "Or type a question to count its tokens"


def test_a_text_is_split_as_the_tokenizer_splits_it(opened: Callable[[str], Page]) -> None:
    """Accents, other scripts, signs, controls and a word of 250 letters: every piece agrees."""
    split = """texts => {
      const known = new Set(window.data.vocabulary);
      return texts.map(text => window.loaded.pieces(text, known));
    }"""
    known = budget.vocabulary()["vocabulary"]
    wanted = [[known[one] for one in tokens.encode(text)] if text.strip() else [] for text in TEXTS]
    assert opened("context").evaluate(split, list(TEXTS)) == wanted


def test_typing_sets_the_question_and_start_again_clears_it(opened: Callable[[str], Page]) -> None:
    """The vocabulary comes at the first letter, once; the slider follows, and so does the table."""
    page = opened("context")
    assert page.evaluate("window.loads") == 0
    before = page.locator("table").inner_text()
    page.get_by_label(LABEL).press_sequentially(TEXTS[0])
    expect(page.locator(".pieces")).to_contain_text(f"{tokens.count(TEXTS[0])} tokens")
    slider = page.get_by_label("Tokens of a question")
    assert slider.get_attribute("aria-valuetext") == str(tokens.count(TEXTS[0]))
    assert page.evaluate("window.loads") == 1
    assert page.locator("table").inner_text() != before
    assert axe.violations(page) == []
    page.get_by_role("button").click()
    assert (page.get_by_label(LABEL).input_value(), page.locator(".pieces").inner_text()) == (
        "",
        "",
    )
    assert page.locator("table").inner_text() == before
