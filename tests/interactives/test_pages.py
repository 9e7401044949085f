"""What the pages around the interactives claim, and how their figures read."""

from __future__ import annotations

import heapq
import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from autograder.career import planned_lessons
from autograder.content import dataset_path
from autograder.interactives import budget, correction, release, sampling, spend, waiting
from autograder.interactives.figures import FIGURES
from autograder.interactives.module import NAMES, module
from autograder.provider.tokens import count

ROOT = Path(__file__).resolve().parents[2]
LARGEST = 12_000  # bytes of one module


def page(name: str) -> str:
    """Return a page's source."""
    return (ROOT / "book" / "play" / f"{name}.md").read_text(encoding="utf-8")


def test_each_has_a_module_a_figure_and_a_page() -> None:
    """The names are the same everywhere, and the first page links each."""
    pages = {
        path.stem
        for path in (ROOT / "book" / "play").glob("*.md")
        if "{rungs-interactive}" in path.read_text(encoding="utf-8")
    }
    assert (set(FIGURES), pages) == (set(NAMES), set(NAMES))
    assert set(re.findall(r"\]\((\w+)\.md\)", page("index"))) >= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_names_a_lesson_and_asks_three_questions(name: str) -> None:
    """Its lesson is one of the career's; each question has its answer folded below."""
    (lesson,) = re.findall(r"^:lesson: (\w+)$", page(name), re.MULTILINE)
    assert lesson in {one.id for one in planned_lessons()}
    asked = re.findall(r"^\*\*\d\.\*\* .*\n\n<details><summary>Answer", page(name), re.MULTILINE)
    assert len(asked) == 3


@pytest.mark.parametrize("name", NAMES)
def test_a_module_is_small_and_names_no_address(name: str) -> None:
    """It is under 12 KB, imports nothing, and the only addresses in it are two namespaces."""
    text = module(name)
    assert len(text.encode()) < LARGEST
    assert not re.search(r"^import\b|\bimport\(|\bfetch\b", text, re.MULTILINE)
    assert set(re.findall(r"https?://([\w.]+)", text)) == {"www.w3.org"}


def test_no_text_of_a_module_runs_over_a_line() -> None:
    """So indentation, which is left out of what a page loads, belongs to no text."""
    sources = sorted((ROOT / "autograder" / "interactives" / "modules").glob("*.js"))
    assert len(sources) == len(NAMES) + 2
    lines = [line for path in sources for line in path.read_text(encoding="utf-8").splitlines()]
    assert [line for line in lines if line.count("`") % 2 or line.endswith("\\")] == []


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_says_its_numbers(draw: Callable[[], str]) -> None:
    """It has a description with numbers, no colour of its own, and says how it was made."""
    text = draw()
    (said,) = re.findall(r"<desc[^>]*>(.*?)</desc>", text)
    assert len(re.findall(r"\d+", said)) >= 5
    assert "Computed" in text
    assert not re.findall(r"#[0-9a-fA-F]{3,6}\b", text)


def test_the_gates_answers_are_computed() -> None:
    """The best of 200 items, and what 3,000 and 4,200 bring, stand on the page."""
    few = [release.compute({**release.START, "threshold": n / 10}) for n in range(-15, 51)]
    best, at = max((min(one["precision"], one["recall"]), n) for n, one in enumerate(few, -15))
    assert f"at {at / 10} points both are {100 * best:.0f} %" in page("gate")
    more = [
        release.compute({**release.START, "size": release.SIZES.index(items)})
        for items in (3000, 4200)
    ]
    (p, r), (q, s) = [(100 * one["precision"], 100 * one["recall"]) for one in more]
    claim = (
        f"precision is {p:.0f} % and recall {r:.0f} %; on 4,200 they are {q:.0f} % and {s:.0f} %"
    )
    assert claim in page("gate")


def test_the_judges_answers_are_computed() -> None:
    """Where the raw rate is right, and what judging and labelling bring, stand on the page."""

    def off(truth: int) -> float:
        raw = correction.compute({**correction.START, "truth": truth})["raw"]
        assert raw is not None
        return abs(raw - truth / 100)

    def width(**changed: int) -> float:
        found = correction.compute({**correction.START, **changed})
        assert found["low"] is not None
        assert found["high"] is not None
        return 100 * (found["high"] - found["low"])

    assert f"Where {min(range(5, 100), key=off)} % are good" in page("judge")
    claim = (
        f"{width():.1f} points wide, {width(judged=5000):.1f} with 5,000 judged, "
        f"and {width(labels=1000):.1f} with 1,000 labelled"
    )
    assert claim in page("judge")


def test_the_bills_answers_are_computed() -> None:
    """What price and skill bring, and what a coin may route, stand on the page."""

    def least(**changed: int) -> str:
        return f"{100 * (spend.compute({**spend.START, **changed})['least'] or 0):.1f} %"

    def top(**changed: int) -> str:
        return f"{100 * (spend.compute({**spend.START, **changed})['top'] or 0):.0f} %"

    both, route = (spend.compute(spend.START)[name] or 0 for name in ("bill", "routeOnly"))
    text = page("bill")
    assert f"the router alone {100 * (1 - route):.0f} %" in text
    assert f"is {100 * (1 - both):.0f} %." in text
    claim = f"{least(skill=100)} of today's bill, against {least(price=5)} with the cheaper model"
    assert f"{claim} and {least()} with neither" in text
    assert f"{top(skill=0)}, where the router of the start may route {top()}." in text


def test_the_queues_answers_are_computed() -> None:
    """What more traffic, one line for two teams, and even lengths do stands on the page."""

    def waits(**changed: float) -> tuple[str, str]:
        now = waiting.compute({**waiting.START, **changed})["now"]
        assert isinstance(now, dict)
        assert now["mean"] is not None
        assert now["p95"] is not None
        return f"{now['mean']:.1f}", f"{now['p95']:.1f}"

    text = page("queue")
    (mean, p95), (more, tail) = waits(), waits(arrivals=70)
    claim = f"from {mean} to {more} seconds, the p95 from {p95} to {tail}."
    assert f"The mean wait grows {claim}" in text
    _, pooled = waits(arrivals=120, workers=10)
    assert f"{pooled} seconds instead of {p95}" in text
    assert f"the p95 falls from {waits(spread=2)[1]} to {waits(spread=0.5)[1]} seconds" in text


@pytest.mark.parametrize("spread", [0.0, 1.0, 2.0])
@pytest.mark.parametrize("used", [0.8, 0.9])
def test_a_simulated_queue_waits_as_computed(used: float, spread: float) -> None:
    """Five workers and 400,000 requests: mean and p95 within the 15 % that the page says."""
    number, workers, service = 400_000, 5, waiting.START["service"]
    chance = np.random.default_rng(26)
    rate = used * workers / service
    came = np.cumsum(chance.exponential(1 / rate, number))
    shape = 1 / spread**2 if spread else 0
    took = chance.gamma(shape, service / shape, number) if shape else np.full(number, service)
    free = [0.0] * workers
    waited = np.empty(number)
    for n, (at, length) in enumerate(zip(came.tolist(), took.tolist(), strict=True)):
        begins = max(at, free[0])
        waited[n] = begins - at
        heapq.heapreplace(free, begins + length)
    settled = waited[number // 10 :]
    found = waiting.measure(rate, service, spread, workers)
    got = (float(settled.mean()), float(np.quantile(settled, 0.95)))
    assert got == pytest.approx((found["mean"], found["p95"]), rel=0.15)


def test_the_temperatures_answers_are_computed() -> None:
    """How many tokens top-p cuts, and what the tail weighs in a long answer."""

    def after(**changed: float) -> list[float]:
        found = sampling.compute({**sampling.START, **changed})["after"]
        assert isinstance(found, list)
        return found

    def tail(**changed: float) -> float:
        return sum(after(k=12, p=100, **changed)[-3:])

    text = page("temperature")
    assert (after().count(0), after(temperature=2).count(0)) == (7, 5)
    assert after(temperature=2)[list(sampling.TOKENS).index("weak")] > 0
    assert f"The last three tokens have {100 * tail():.1f} % together" in text
    assert f"{100 * (1 - (1 - tail()) ** 200):.0f} % of the answers" in text
    assert f"(1 - {tail():.4f})^{{200}}" in text
    assert f"the same three have {100 * tail(temperature=2):.1f} %" in text
    single = [after(k=1), after(p=5), after(temperature=0)]
    assert single == [[1.0, *[0.0] * 11]] * 3


def test_the_budgets_answers_are_computed() -> None:
    """What three halves free, what doubling costs, and how the two texts are split."""

    def used(**changed: float) -> str:
        return f"{budget.compute({**budget.START, **changed})['used']:,}"

    def talk(name: str, **changed: float) -> float:
        found = budget.compute({**budget.START, **changed})[name]
        assert isinstance(found, dict)
        return found["price"]

    text = page("context")
    assert used(passages=3) == used(size=200)
    assert f"from {used()} to {used(size=200)} tokens, half the length of the answers" in text
    assert f"answers to {used(answer=250)}." in text
    halves: tuple[dict[str, float], ...] = ({"passages": 3}, {"size": 200}, {"answer": 250})
    assert [budget.compute({**budget.START, **one})["over"] for one in halves] == [0, 0, 0]
    assert f"turns cost {talk('twice') / talk('whole'):.1f} times as much" in text
    ratio = talk("twice", turns=40) / talk("whole", turns=40)
    assert f"{ratio:.1f} times: the history" in text
    paid = f"${talk('cut', turns=40):.2f} instead of ${talk('whole', turns=40):.2f}"
    assert paid in text
    assert budget.compute({**budget.START, "turns": 40})["fits"] == 6
    sentence, digest = (re.findall(pattern, text)[0] for pattern in ("“(The.*?)”", r"\b\w{64}\b"))
    a, b = count(sentence), count(digest)
    assert f"{a} tokens for {len(sentence)} characters, the hash {b} for {len(digest)}" in text
    assert f"{len(sentence) / a:.1f} characters per token against {len(digest) / b:.1f}" in text


def test_the_budgets_prices_are_the_datasets() -> None:
    """Module, page and Python name a price that the dataset has, for a day that is past."""
    rows = json.loads((dataset_path("practice_models") / "prices.json").read_text("utf-8"))
    (row,) = [
        row for row in rows if (row["model"], row["start_date"]) == (budget.MODEL, budget.SINCE)
    ]
    assert (float(row["input_mtok"]), float(row["output_mtok"])) == (budget.IN, budget.OUT)
    assert f"[{budget.IN}, {budget.OUT}]; // {budget.MODEL} since {budget.SINCE}" in module(
        "context"
    )
    assert f"{budget.MODEL} since {budget.SINCE}, ${budget.IN:.2f} for" in page("context")
