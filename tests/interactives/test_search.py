"""The three searches: as Python ranks, by keyboard, and with data that comes on first use."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import snowballstemmer
from playwright.sync_api import Page

from autograder.content import load
from autograder.interactives import retrieval
from autograder.interactives.data import text_of
from tests.browser import axe

pytestmark = [pytest.mark.browser]

ROOT = Path(__file__).resolve().parents[2]
TWICE = "Keys, keys and rotating keys: rotate the key's rotation"
STRANGE = "zyzzyva of the \N{LATIN SMALL LETTER U WITH DIAERESIS}ber Tarnwick"
QUERIES = [query for query, _ in retrieval.judged()][::6]


def ask(page: Page, query: str) -> None:
    """Type a query, press Enter and wait for the lists."""
    page.get_by_label("Or your own").fill(query)
    page.get_by_label("Or your own").press("Enter")
    page.locator(".rungs-play section").nth(2).wait_for()


def place(query: str, run: str, **changed: float) -> int | None:
    """Return where one search puts the answer of a judged question."""
    gold = dict(retrieval.judged())[query]
    rows = retrieval.compute({**retrieval.START, "query": query, **changed})[run]
    return next((n for n, row in enumerate(rows, 1) if row[0] == gold), None)


@pytest.mark.parametrize(("k1", "b"), [(1.5, 0.75), (0.0, 1.0), (3.0, 0.0)])
def test_the_browser_ranks_as_python_does(
    k1: float, b: float, opened: Callable[[str], Page]
) -> None:
    """Ids, scores and what each term gives agree, in all three lists, to nine digits."""
    page = opened("search")
    asked = [*QUERIES, *retrieval.PREPARED, TWICE, STRANGE, "", "E134"]
    values = [{"query": query, "k1": k1, "b": b} for query in asked]
    got = page.evaluate(
        "values => values.map(one => window.loaded.compute(one, window.data))", values
    )
    for one, lists in zip(values, got, strict=True):
        want = retrieval.compute(one)
        assert {run: [row[0] for row in rows] for run, rows in lists.items()} == {
            run: [row[0] for row in rows] for run, rows in want.items()
        }, one
        for run, rows in want.items():
            for (_, score, parts), (_, shown, shares) in zip(rows[:20], lists[run], strict=False):
                assert shown == pytest.approx(score, abs=1e-9)
                assert [tuple(share) for share in shares] == [
                    (name, pytest.approx(value, abs=1e-9)) for name, value in parts
                ]


def test_the_browser_stems_what_it_knows_as_snowball_does(opened: Callable[[str], Page]) -> None:
    """Every word with a vector gives the term that lesson 16's analyser gives."""
    words = load("static_vectors/words")["words"].split()
    got = opened("search").evaluate(
        "query => window.loaded.compute({query, k1: 1.5, b: 0.75}, window.data).bm25"
        ".flatMap(([, , parts]) => parts.map(([term]) => term))",
        " ".join(words),
    )
    stem = snowballstemmer.stemmer("english").stemWord
    assert set(got) == {stem(word) for word in words} & set(retrieval.own_index().held)


def test_the_data_comes_on_first_use_and_once(opened: Callable[[str], Page]) -> None:
    """Opening the page fetches nothing; two searches and a slider fetch once."""
    page = opened("search")
    assert page.evaluate("window.loads") == 0
    ask(page, "stolen notebook")
    ask(page, "E134")
    page.get_by_role("slider").first.press("ArrowRight")
    assert page.evaluate("window.loads") == 1


def test_data_and_page_stay_small() -> None:
    """What the page fetches is at most 0.4 MB compressed, as its button says."""
    assert 300_000 < len(zlib.compress(text_of("search").encode(), 6)) < 400_000


def test_what_does_not_arrive_is_said(opened: Callable[[str], Page]) -> None:
    """A failed fetch is told in words, and the next search tries again."""
    page = opened("search")
    page.evaluate("window.kept = window.data; window.data = undefined")
    page.evaluate("Object.defineProperty(window, 'data', {configurable: true, get() { throw 1; }})")
    page.get_by_role("button", name="Search", exact=True).click()
    page.get_by_text("did not arrive").wait_for()
    page.evaluate("Object.defineProperty(window, 'data', {value: window.kept})")
    ask(page, "E134")
    assert "passages have a word" in page.locator("output").inner_text()


def test_it_works_by_keyboard(opened: Callable[[str], Page]) -> None:
    """Tab goes from the questions to the query, the sliders and a passage, which Enter opens."""
    page = opened("search")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.locator(".rungs-play section").nth(2).wait_for()
    assert page.get_by_label("Or your own").input_value() == retrieval.PREPARED[1]
    assert page.locator("output").inner_text() == (
        "The answer is no. 1 by BM25, no. 69 by the vectors, no. 7 fused."
    )
    before = page.locator("section").first.inner_text()
    page.get_by_label("k1").press("Home")
    page.get_by_label("b:").press("Home")
    assert page.locator("section").first.inner_text() != before
    page.get_by_role("button", name="Start again").press("Enter")
    assert page.get_by_label("A prepared question").input_value() == retrieval.PREPARED[0]
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("details[open] p").inner_text().startswith("Table 1: sources on servers")


def test_prepared_questions_are_judged_and_the_same(opened: Callable[[str], Page]) -> None:
    """The module's six are Python's, two for each side that wins."""
    shown = opened("search").locator("option").all_inner_texts()
    assert tuple(shown) == retrieval.PREPARED
    best = [
        {run: place(query, run) or 181 for run in ("bm25", "dense", "fused")}
        for query in retrieval.PREPARED
    ]
    assert [min(one, key=lambda run: (one[run], run == "fused")) for one in best] == [
        run for run in ("bm25", "dense", "fused") for _ in range(2)
    ]


@pytest.mark.parametrize("width", [320, 900])
def test_it_fits_and_axe_finds_nothing(width: int, opened: Callable[[str], Page]) -> None:
    """With lists shown and a passage open nothing is wider than the page."""
    page = opened("search")
    page.set_viewport_size({"width": width, "height": 800})
    ask(page, retrieval.PREPARED[2])
    page.locator("summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe.violations(page) == []


def test_what_a_reader_types_stays_text(opened: Callable[[str], Page]) -> None:
    """Markup in a query is shown as it was typed."""
    page = opened("search")
    ask(page, "<img src=x onerror=document.title=1> zyzzyva")
    assert "zyzzyva" in page.locator("output").inner_text()
    assert page.locator(".rungs-play img").count() == 0


def recall() -> dict[str, dict[str, float]]:
    found: dict[str, Any] = load("static_vectors/recall")
    return {name: dict(row) for name, row in found["recall"].items()}


def test_page_and_module_quote_what_was_measured(opened: Callable[[str], Page]) -> None:
    """The page's table and the note's four shares are those of recall.json."""
    text = (ROOT / "book" / "play" / "search.md").read_text(encoding="utf-8")
    for name, row in recall().items():
        said = name.replace("static", "static vectors")
        said = "MiniLM itself" if said == "MiniLM" else said
        shares = " | ".join(f"{value:.3f}".removeprefix("0") for value in row.values())
        assert f"| {said} | {shares} |" in text
    shares = [
        f"{100 * round(102 * recall()[name]['10']) / 102:.0f}\N{NO-BREAK SPACE}%"
        for name in ("static", "MiniLM", "BM25", "BM25 + static")
    ]
    note = opened("search").locator(".note").inner_text()
    assert [note.find(share) > 0 for share in shares] == [True] * 4
    claim = f"to {shares[0]} of 102 questions among the first ten of 180 passages"
    assert claim in note
    assert f"MiniLM itself to {shares[1]}, BM25 to {shares[2]}, both fused to {shares[3]}" in note


def test_the_pages_answers_are_computed() -> None:
    """Places and scores in the three folded answers."""
    text = (ROOT / "book" / "play" / "search.md").read_text(encoding="utf-8")
    query = "What should I do about E134?"
    places = [place(query, "bm25"), place(query, "bm25", b=0), place(query, "dense")]
    assert (places, place(query, "fused")) == ([18, 3, 2], 1)
    rows = retrieval.compute({**retrieval.START, "query": query})["bm25"]
    first = dict(rows[0][2])
    own = next(score for name, score, _ in rows if name == dict(retrieval.judged())[query])
    assert f"brings the right passage {own:.2f}" in text
    assert f"bring {first['do'] + first['about']:.2f} to passages" in text
    third, fifth = retrieval.PREPARED[2], retrieval.PREPARED[4]
    assert [place(third, run) for run in ("bm25", "dense", "fused")] == [None, 1, 43]
    assert [place(fifth, run) for run in ("bm25", "dense", "fused")] == [7, 5, 1]
    code = retrieval.compute({**retrieval.START, "query": "E134"})["bm25"]
    assert code[0][0] == dict(retrieval.judged())[query]
