"""Lesson 11's figures, oracles and prose say the same thing."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from genai_prices import Usage, extract_usage
from genai_prices.types import ModelPrice, Tier, TieredPrices

from autograder import content
from autograder.authoring.lesson import Lesson
from autograder.checks import Score
from autograder.judging import judge_in_process

LESSON = "11_price_an_answer"
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]


def prose(lesson: Lesson) -> str:
    return "\n".join(cell.source for cell in lesson.of_kind("markdown"))


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    outcomes = solved["outcomes"]
    assert outcomes["prompt_tokens"] == 1_500
    assert outcomes["luna_factor"] == pytest.approx(5)
    assert outcomes["one_more_token"] == pytest.approx(0.5150025)
    assert outcomes["batch_share"] == pytest.approx(0.779, abs=5e-4)
    assert outcomes["failed_percent"] == pytest.approx(25, abs=2)
    assert outcomes["chat_factor"] == pytest.approx(60.9)
    assert outcomes["cheapest_policy"] == "cache"
    assert outcomes["per_extra_correct"] == pytest.approx(0.1333)
    assert outcomes["first_index"] == pytest.approx(2.48)


def test_cache_read_as_a_total_is_41_percent_too_little(solved: dict[str, Any]) -> None:
    """The refutation in task 1 quotes the two prices that genai-prices gives."""
    listed, name = solved["listed"], "claude-sonnet-4-0"
    right = listed(solved["extracted"], name, "anthropic")
    wrong = listed(solved["as_a_total"], name, "anthropic")
    assert (right, wrong) == (Decimal("0.00438"), Decimal("0.00258"))
    assert round(100 * (1 - wrong / right)) == 41


def test_an_hours_cache_write_costs_twice_the_input_rate(solved: dict[str, Any]) -> None:
    """Anthropic's cache writes cost 1.25 times the input rate for five minutes, 2 for an hour."""
    usd = []
    for five, hour in ((1_000, 0), (0, 1_000)):
        split = {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour}
        raw = solved["anthropic_usage"] | {"cache_creation_input_tokens": 1_000}
        raw |= {"cache_creation": split}
        tokens = extract_usage({"usage": raw}, provider_id="anthropic").usage
        usd.append(solved["listed"](tokens, "claude-sonnet-4-0", "anthropic"))
    assert usd == [Decimal("0.00813"), Decimal("0.01038")]
    plain = solved["listed"](Usage(input_tokens=1_000), "claude-sonnet-4-0", "anthropic")
    assert usd[1] - usd[0] == plain * (2 - Decimal("1.25"))


def test_when_a_window_pays(solved: dict[str, Any]) -> None:
    """One more turn costs less with the window from turn 32, the whole chat from turn 60."""
    rate = solved["rate"]
    long = np.arange(1, 100)
    prompts = 2_120 + 470 * (long - 1)
    before = np.where(long == 1, 0, prompts - 470)
    cache = before * rate["cache_read"] + (prompts - before) * rate["cache_write"]
    system = np.where(long == 1, rate["cache_write"], rate["cache_read"]) * 2_000
    window = system + (470 * np.minimum(long - 1, 4) + 120) * rate["input"]
    # Both are alike while the window still holds everything; look past that.
    later = long > 4
    assert long[later & (window < cache)][0] == 32
    assert long[later & (window.cumsum() < cache.cumsum())][0] == 60
    answers = 350 * rate["output"] * np.arange(1, 25)
    for name, mine in (("cache", cache), ("window", window)):
        shown = solved["cents"][name].to_numpy() / 100
        assert shown == pytest.approx(mine.cumsum()[:24] + answers)


def test_timeouts_took_most_of_what_failures_cost(solved: dict[str, Any]) -> None:
    """The text says that timeouts make up nearly all of the failed quarter: the longest calls."""
    cents: dict[str, int] = {}
    size: dict[str, float] = {}
    for status in ("client_timeout", "content_filter", "length", "ok"):
        own = [line for line in solved["lines"] if line["status"] == status]
        cents[status] = solved["invoice"](own)["total_cents"]
        counts = [solved["normalise_usage"](line["dialect"], line["usage"]) for line in own]
        size[status] = sum(sum(count.values()) for count in counts) / len(counts)
    assert (cents["client_timeout"], cents["content_filter"], cents["length"]) == (280, 1, 1)
    assert size["client_timeout"] > 4 * size["ok"]


def test_nine_in_a_hundred_metered_calls_failed(solved: dict[str, Any]) -> None:
    """The question before the October invoice states what the export holds, calls twice too."""
    calls = {row["call_id"]: row for row in solved["usage"]}.values()
    metered = [row for row in calls if row["usage"] is not None]
    failed = [row for row in metered if row["status"] != "ok"]
    assert round(100 * len(failed) / len(metered)) == 9
    assert len(solved["usage"]) > len(calls)


def test_examples_in_the_task_texts_hold(solved: dict[str, Any]) -> None:
    """What a task promises for its worked example is what the reference returns."""
    at = "2026-10-15T00:00:00+00:00"
    usd = solved["price_call"](solved["record"], "practice-small", at, solved["prices"])
    assert usd == Decimal("0.000384")
    line = {"attempt": 1, "mode": "live", "batch_factor": "0.5", "status": "ok"}
    lines = [
        line | {"call_id": "a", "request_id": "a", "list_usd": "0.10"},
        line | {"call_id": "b", "request_id": "b", "list_usd": "0.05"},
        line | {"call_id": "c", "request_id": "c", "list_usd": None, "status": "rate_limited"},
    ]
    lines[1] |= {"mode": "batch", "status": "length"}
    want = {"billed_calls": 2, "total_cents": 13, "failed_cents": 3}
    assert solved["invoice"](lines) == want
    chat = {"system": 2_000, "user": [120, 120], "answer": [350, 350]}
    chat |= {"reasoning": [0, 0], "gap_minutes": [0, 1]}
    rules = {"ttl_minutes": 5, "min_tokens": 1_024}
    costs = solved["conversation_cost"](chat, solved["row"], rules)
    assert [round(usd, 7) for usd in costs] == [Decimal("0.0006075"), Decimal("0.0003299")]
    assert solved["index_bill"]([720], solved["example_plan"]) == pytest.approx(
        solved["example_bill"]
    )


def test_the_hiring_guides_arithmetic(solved: dict[str, Any]) -> None:
    """$600 a day, 0.37 or 1.65 cents an answer, 13.3 an extra one, and 8 to 51 by chance."""
    option = {"calls_per_question": 1.0, "fixed_usd_per_day": 0.0}
    rag = option | {"usd_per_call": 0.003, "accuracy": 0.82}
    tuned = option | {"usd_per_call": 0.015, "accuracy": 0.91}
    got = solved["compare_options"](rag, tuned, 50_000, 0.10)
    assert got["usd_per_correct"] == pytest.approx([0.003659, 0.016484], abs=5e-7)
    assert got["usd_per_extra_correct"] == pytest.approx(0.13333, abs=5e-6)
    assert got["choose"] == "base"
    assert solved["compare_options"](rag, tuned, 50_000, 0.15)["choose"] == "other"
    assert solved["usd"] * 50_000 == pytest.approx(600)
    ends = [solved["usd"] / (solved["gain"] + d) for d in (solved["spread"], -solved["spread"])]
    assert [round(100 * end) for end in ends] == [8, 51]


def test_pricing_oracle_agrees_with_genai_prices(judge: ModuleType) -> None:
    """The judge's dollars are those of an independent engine, long prompts included."""
    draw = Random(3)
    for _ in range(100):
        tokens = judge._call(draw, cached=True)
        row = judge._row(draw, "m", judge.datetime(2026, 1, 1, tzinfo=judge.UTC), 250)
        row |= {"long_input_factor": "2", "long_output_factor": "1.5"}
        prompt = tokens["input"] + tokens["cache_read"] + tokens["cache_write"]
        usage = Usage(
            input_tokens=prompt,
            cache_read_tokens=tokens["cache_read"],
            cache_write_tokens=tokens["cache_write"],
            output_tokens=tokens["output"],
        )
        for edge in (prompt, prompt - 1):
            rates = {
                f"{kind}_mtok": TieredPrices(
                    base := Decimal(row[f"{kind}_mtok"]), [Tier(edge, base * factor)]
                )
                for kind in tokens
                for factor in [Decimal("1.5") if kind == "output" else 2]
            }
            want = ModelPrice(**rates).calc_price(usage)["total_price"]
            assert judge._price(tokens, row, prompt > edge) == want


@pytest.mark.parametrize(
    ("shape", "provider", "flavour", "root"),
    [
        ("_openai", "openai", "chat", "usage"),
        ("_anthropic", "anthropic", "default", "usage"),
        ("_gemini", "google", "default", "usageMetadata"),
    ],
)
def test_usage_shapes_agree_with_genai_prices(
    judge: ModuleType, shape: str, provider: str, flavour: str, root: str
) -> None:
    """What the judge draws in a vendor's shape, genai-prices reads back as the same counts."""
    counts = judge._counts(Random(5))
    raw = getattr(judge, shape)(counts)
    usage = extract_usage({root: raw}, provider_id=provider, api_flavor=flavour).usage
    new = counts["input"] + counts["cache_read"]
    extra = counts["tool"] if shape == "_gemini" else counts["cache_write"]
    assert usage.input_tokens == new + extra
    assert usage.cache_read_tokens == counts["cache_read"]
    assert usage.output_tokens == counts["answer"] + counts["hidden"]


class Parrot:
    """Answer every call with what the reference said to the same call number of another case."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.said: list[Any] = []
        self.repeating = False
        self.turn = 0

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.repeating:
            self.turn += 1
            return self.said[(self.turn - 1) % len(self.said)]
        self.said.append(self.function(*args, **kwargs))
        return self.said[-1]


def judged(task: str, answer: Any, seed: int) -> Score:
    return judge_in_process(LESSON, task, {task: answer}, [seed])[0]


@pytest.mark.parametrize("task", TASKS)
def test_another_cases_answers_are_not_enough(solved: dict[str, Any], task: str) -> None:
    """Answers copied from another learner's case score below full on fresh ones."""
    for other in range(10):

        def refusing(*args: Any, **kwargs: Any) -> Any:
            try:
                return solved[task](*args, **kwargs)
            except ValueError:
                return None

        parrot = Parrot(refusing)
        judged(task, parrot, other)
        parrot.repeating = True
        assert not judged(task, parrot, other + 1_000).full


@pytest.mark.parametrize("task", TASKS)
def test_judging_leaves_nothing_to_chance(solved: dict[str, Any], task: str) -> None:
    """The same answer on the same case gives the same score and reasons."""
    assert judged(task, solved[task], 7) == judged(task, solved[task], 7)
    assert judged(task, solved[task], 7).full


def test_model_answer_and_rubric_keep_their_limits(lesson: Lesson) -> None:
    """The model memo has at most 150 words; the rubric at most 200, four criteria, three levels."""
    memo = next(cell.source for cell in lesson.with_role("written"))
    memo = re.sub(r"### (BEGIN|END) SOLUTION", "", memo)
    assert len(memo.split()) <= 150
    rubric = next(cell.source for cell in lesson.with_role("rubric"))
    assert len(re.findall(r"\w[\w'.,$%]*", rubric)) <= 200
    rows = [line for line in rubric.splitlines() if line.startswith("|")][2:]
    assert [line.count("|") for line in rows] == [5] * 4


def test_lesson_copies_no_sentence_of_its_sources(lesson: Lesson) -> None:
    """Sources give figures; no run of nine words of the prose stands in one of them."""
    folder = Path(__file__).resolve().parents[3] / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("the sources lie beside the repository only where it is developed")

    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", text.lower())
        return {tuple(words[i : i + 9]) for i in range(len(words) - 8)}

    for source in folder.glob("*.txt"):
        assert not runs(prose(lesson)) & runs(source.read_text(encoding="utf-8"))
