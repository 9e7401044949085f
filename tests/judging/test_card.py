"""The card, as text and as HTML."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from autograder.checks import Score, Step
from autograder.judging import card
from autograder.judging.verdict import Verdict

PASSED = Step("plain calls", 2, passed=True)
FAILED = Step(
    "cached calls",
    2,
    passed=False,
    reason="the price is 1000 times what it should be.",
    call="price_call({'tokens': 12}, 'small')",
    got="12.4",
    want="0.0124",
)
BEHIND = Step("refusals", 1, False, "Not tried: the step “cached calls” comes first.")
PART = Score(0.4, (PASSED, FAILED, BEHIND))
FULL = Score(1.0, tuple(Step(s.name, s.weight, True) for s in PART.steps))
SOME = Verdict("price_call", 5, 0.4, (PART, PART), (1, 2))
ALL = Verdict("price_call", 5, 1.0, (FULL, FULL), (1, 2))
EVERYTHING = card.About(
    attempt=4,
    misconception="Prices are per million tokens.",
    next_step="Run this call.",
    printed="one\ntwo\n",
    warnings=("K exists only in this session. Move it (`K = 2`) into the answer cell.",),
    smaller=Step("cached calls", 2, False, "", "price_call({}, 's')", "1", "0"),
    hint="Mind the unit.",
    reveal=3,
    yours="def price_call(): return 1",
    reference="def price_call(): return 2",
    why="Two is right.",
    remark="Fresh cases.",
)


class Words(HTMLParser):
    """Collect the words and the tags of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        """Keep a text."""
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append(tag)


def words(page: str) -> list[str]:
    """Return a card's words in reading order, without signs and layout."""
    return re.findall(r"[\w.]+", page)


def test_a_failing_card_reads_from_result_to_next_step() -> None:
    """Result, steps, then the call, what came back, what was wanted, why, and one next step."""
    assert card.text(SOME, card.About(attempt=2, next_step="Run this call.")) == (
        "price_call: 2 of 5 points on 2 practice cases (attempt 2)\n"
        "  ✓ plain calls   passed on 2 of 2 cases\n"
        "  ✗ cached calls  passed on 0 of 2 cases\n"
        "  – refusals      not tried yet\n"
        "\n"
        "First step to mend: cached calls\n"
        "  The call:      price_call({'tokens': 12}, 'small')\n"
        "  Came back:     12.4\n"
        "  Wanted:        0.0124\n"
        "  Why it failed: The price is 1000 times what it should be.\n"
        "  Next:          Run this call."
    )


def test_a_full_card_is_short() -> None:
    """Full marks need no advice; the reference is one call away."""
    assert card.text(ALL, card.About(attempt=1, reference="x = 1")) == (
        "price_call: all 5 points on 2 practice cases (attempt 1)\n"
        "  ✓ plain calls   passed on 2 of 2 cases\n"
        "  ✓ cached calls  passed on 2 of 2 cases\n"
        "  ✓ refusals      passed on 2 of 2 cases\n"
        "To see the reference beside yours: reveal('price_call')"
    )


def test_both_forms_say_the_same_in_the_same_order() -> None:
    """A screen reader and a terminal read what the page shows."""
    for verdict, about in ((SOME, EVERYTHING), (ALL, card.About(attempt=1))):
        page = " ".join(Words(card.html(verdict, about)).text)
        assert words(page) == words(card.text(verdict, about))


def test_results_are_said_in_words() -> None:
    """Signs are hidden from screen readers, because the words beside them say it all."""
    page = card.html(SOME)
    assert page.count('aria-hidden="true"') == len(SOME.steps())
    without_signs = re.sub(r"<span aria-hidden.*?</span>", "", page)
    assert "passed on 0 of 2 cases" in without_signs
    assert "not tried yet" in without_signs


def test_html_has_no_heading_no_script_and_no_host() -> None:
    """A card breaks no page's heading order, runs nothing and fetches nothing."""
    for verdict in (SOME, ALL):
        page = card.html(verdict, EVERYTHING)
        assert set(Words(page).tags) <= {
            *("div", "p", "strong", "ul", "li", "span", "pre", "code"),
            *("details", "summary", "br"),
        }
        assert "http" not in page
        assert "id=" not in page


def test_html_is_escaped_everywhere() -> None:
    """Nothing that a learner's code produces becomes markup."""
    evil = "<script>alert('x')</script>&\"`"
    step = Step(evil, 1, False, evil, evil, evil, evil)
    about = card.About(
        misconception=evil,
        next_step=evil,
        printed=evil,
        warnings=(evil,),
        smaller=step,
        hint=evil,
        yours=evil,
        reference=evil,
        why=evil,
        remark=evil,
    )
    score = Score(0.0, (step,))
    for verdict in (Verdict(evil, 1, 0.0, (score,), (1,), evil), ALL):
        assert "<script" not in card.html(verdict, about)
    assert "<script" not in card.message_html(evil, evil, code=evil)


def test_html_names_colours_by_variables_with_fallbacks() -> None:
    """Both colour modes of JupyterLab and the book decide; text keeps the page's own colour."""
    page = card.html(SOME)
    colours = re.findall(r"var\((--[\w-]+)(,?)", page)
    assert {name.split("-")[2] for name, _ in colours} <= {"jp", "pst"}
    assert all(comma for _, comma in colours)
    assert "color:inherit" in page


def test_the_official_card_shows_no_case() -> None:
    """Step names, counts and the reason: not what was drawn, returned or wanted."""
    for form in (card.text, card.html):
        said = form(SOME, EVERYTHING, seat="official")
        for hidden in (
            "tokens",
            "12.4",
            "0.0124",
            "reveal",
            "Mind the unit",
            "return 2",
            "attempt",
        ):
            assert hidden not in said
        assert "cached calls" in said
        assert "2 graded cases" in said
        assert "The price is 1000 times what it should be." in said


@pytest.mark.parametrize(
    ("reason", "kept"),
    [
        ("raised ValueError: the hidden [1, 2]", "Raised ValueError."),
        (
            "raised KeyError: 'x'\nsecret (in line 3 of f)",
            "Raised KeyError (in line 3 of f).",
        ),
        ("f is not written yet.", "f is not written yet."),
        ("long " * 200, "…"),
    ],
)
def test_an_exceptions_text_stays_inside(reason: str, kept: str) -> None:
    """A learner's exception cannot carry a secret case out on the official card."""
    score = Score(0.0, (Step("s", 1, False, reason),))
    said = card.text(Verdict("f", 1, 0.0, (score,), (1,)), seat="official")
    assert said.endswith(kept)
    assert "secret" not in said
    assert len(said) < 500


@pytest.mark.parametrize("seat", ["official", "book"])
def test_help_for_the_stuck_is_for_practice_only(seat: card.Seat) -> None:
    """Hints, attempts and references never reach feedback or the site."""
    for verdict in (SOME, ALL):
        said = card.text(verdict, EVERYTHING, seat) + card.html(verdict, EVERYTHING, seat)
        for part in ("Third hint", "reveal", "attempt", "The reference", "Fresh cases"):
            assert part not in said


def test_help_comes_in_order() -> None:
    """First a smaller case, then the hint, then the reference."""
    said = card.text(SOME, EVERYTHING)
    places = [said.index(x) for x in ("A smaller case", "Third hint", "reveal('price_call')")]
    assert places == sorted(places)
    page = card.html(SOME, EVERYTHING)
    assert "<details" in page
    assert page.index("Third hint") < page.index("Mind the unit.")


def test_the_reference_lies_beside_yours_folded() -> None:
    """After full marks both programs are there for who opens the fold."""
    page = card.html(ALL, EVERYTHING)
    fold = page[page.rindex("<details") : page.rindex("</details>")]
    assert fold.index("return 1") < fold.index("return 2") < fold.index("Two is right.")


def test_a_cut_call_can_be_copied_whole() -> None:
    """What the card cuts lies in a fold, in plain text below, and in practice only."""
    about = card.About(whole_call="price_call([1, 2, 3])")
    assert "<pre" in card.html(SOME, about).split("The whole call, to copy</summary>")[1]
    assert "[1, 2, 3]" not in card.html(SOME, about, "official")
    assert "  The call in full:\n    | price_call([1, 2, 3])" in card.text(SOME, about)
    long = card.About(whole_call=f"price_call({'x' * 3500})")
    assert "The call in full takes 3,512 characters; JupyterLab shows" in card.text(SOME, long)
    assert "x" * 3500 in card.html(SOME, long)


def test_a_learner_is_told_to_trace_only_what_can_be_read() -> None:
    """Where no whole call fits on a card, the advice is a small input of one's own."""
    cut = replace(FAILED, call="price_call([1, …)")
    verdict = Verdict("price_call", 5, 0.0, (Score(0.0, (cut,)),), (1,))
    nothing_smaller = Step("cached calls", 2, passed=False)
    about = card.About(smaller=nothing_smaller)
    whole = card.About(smaller=nothing_smaller, whole_call="price_call([1, 2])")
    assert "trace the call above by hand" in card.text(SOME, about)
    assert "trace the call above by hand" in card.text(verdict, whole)
    assert "trace the call above" not in card.text(verdict, about)
    assert "invent a small input" in card.text(verdict, about)


def test_a_smaller_call_can_be_copied_whole() -> None:
    """A smaller case may still be too long to show at once."""
    about = card.About(smaller=replace(FAILED, call="f([1, …)"), smaller_call="f([1, 2])")
    assert "    | f([1, 2])" in card.text(SOME, about)
    fold = card.html(SOME, about).split("The whole smaller call, to copy</summary>")[1]
    assert "f([1, 2])" in fold


def test_a_sentence_never_changes_a_name() -> None:
    """A reason opens with a capital, unless it opens with a name from the code."""
    for reason, said in (
        ("the sum is off", "The sum is off."),
        ("price_call returned a set", "price_call returned a set."),
        ("the value of choose['a'] is off", "The value of choose["),
        ("nDCG at 10 is off", "nDCG at 10 is off."),
        ("other_name is not there", "other_name is not there."),
    ):
        score = Score(0.0, (Step("s", 1, False, reason),))
        assert said in card.text(Verdict("price_call", 1, 0.0, (score,), (1,)))


def test_printed_output_is_limited() -> None:
    """Ten lines of at most 200 characters, and how many more there were."""
    about = card.About(printed="\n".join(["x" * 500] * 25))
    said = card.text(SOME, about).splitlines()
    shown = [line for line in said if line.startswith("    | x")]
    assert len(shown) == 10
    assert max(map(len, shown)) < 210
    assert "    | … and 15 more lines" in said


def test_a_note_replaces_what_was_never_reached() -> None:
    """A verdict without scores still says what happened."""
    said = card.text(Verdict("f", 2, 0.0, (), (), "The kernel died in cell 4."), seat="official")
    assert said == "f: 0 of 2 points\nThe kernel died in cell 4."


@pytest.mark.parametrize(
    ("points", "fraction", "said"),
    [(1, 1.0, "the whole point"), (2.5, 1.0, "all 2.5 points"), (4, 1 / 3, "1.333 of 4 points")],
)
def test_points_are_said_plainly(points: float, fraction: float, said: str) -> None:
    """Marks are rounded for people."""
    full = fraction == 1.0
    score = Score(fraction, (Step("s", 1, full, "" if full else "no"),))
    verdict = Verdict("f", points, fraction, (score,), (1,))
    assert card.text(verdict).startswith(f"f: {said} on 1 practice case\n")
