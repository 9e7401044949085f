"""Lesson 21's figures, oracles, bars and prose say the same thing."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import optimize, stats

from autograder import content
from autograder.authoring.lesson import Lesson
from autograder.judging import judge_in_process
from autograder.provider import provider_of
from autograder.provider.behaviour.effects import sigmoid
from autograder.provider.card import card

LESSON = "21_calibrate_a_judge"
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]
CORPUS = content.lesson_dir(LESSON) / "corpus"
Method = Callable[..., Any]


@pytest.fixture(scope="module")
def entry(solved: dict[str, Any]) -> Callable[[str, str], Method]:
    """Give the function that a file of the corpus defines."""

    def of(file: str, name: str) -> Method:
        namespace = dict(solved)
        exec((CORPUS / f"{file}.py").read_text(encoding="utf-8"), namespace)
        return namespace[name]

    return of


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    outcomes = solved["outcomes"]
    assert outcomes == pytest.approx(
        {
            "kappa_at_95": 0.47,
            "pairs_that_agree": 37,
            "identical_a": 51,
            "padding_wins": 0.73,
            "naive_coverage": 0.41,
            "labels_humans": 683,
            "labels_reuse": 819,
            "judging_usd": 4.4,
            "recall_at_5": 0.5,
            "reciprocal_rank": 0.5,
        }
    )
    assert solved["kappa"](0.5, 0.92, 0.85) == pytest.approx(0.77)
    assert solved["twins"] == {"a": 51, "b": 30, "tie": 18, "": 1}


def test_the_judge_is_measured_as_the_text_reads(solved: dict[str, Any]) -> None:
    """The harness' records, the bias of a hundred pairs, both rates, and the month."""
    assert solved["run"]["counts"] == {
        "model_1": 31,
        "model_2": 25,
        "tie": 4,
        "inconsistent": 36,
        "error": 4,
    }
    turned = [
        {one, two}
        for one, two in ((r["g1_winner"], r["g2_winner"]) for r in solved["records"])
        if one != two and "error" not in (one, two)
    ]
    assert (sum("tie" not in pair for pair in turned), len(turned)) == (9, 36)
    low, high = solved["wilson"](solved["wins"], solved["decided"])
    assert (round(low, 2), round(high, 2), 200 - solved["decided"]) == (0.66, 0.79, 41)
    found = solved["position_bias"](solved["records"])
    assert [round(found[k], 2) for k in ("bias", "low", "high")] == [0.12, 0.04, 0.2]
    rates = solved["rates"]
    read = {k: [round(rates[k][x], 2) for x in ("rate", "low", "high")] for k in ("tpr", "tnr")}
    assert read == {"tpr": [0.95, 0.88, 0.98], "tnr": [0.86, 0.78, 0.91]}
    assert (rates["tpr"]["n"], rates["tnr"]["n"]) == (95, 108)
    n, share = len(solved["readable"]), solved["share"]
    raw = share + 1.96 * math.sqrt(share * (1 - share) / n)
    assert [round(x, 2) for x in (share, raw, solved["truth"])] == [0.82, 0.86, 0.89]
    [month] = solved["correct_rates"](
        [solved["world"] | {"tn": solved["k"]["tnr"], "bad": rates["tnr"]["n"]}]
    )
    assert [round(month[k], 2) for k in ("rate", "low", "high")] == [0.85, 0.78, 0.91]
    assert month["low"] < solved["truth"] < month["high"]


def test_the_card_says_what_the_text_says_of_it(solved: dict[str, Any]) -> None:
    """+0.4 for the first place is 0.12 on these pairs; three doublings at +0.3 win 0.70."""
    judge = card("practice-judge")
    assert (judge["judge.position"], judge["judge.length"]) == (0.4, 0.3)
    air = 3 * judge["judge.length"]
    assert round((sigmoid(air + 0.4) + sigmoid(air - 0.4)) / 2, 2) == 0.70
    told = [p["answer_1"] for p in solved["pairs"]] + [p["answer_2"] for p in solved["pairs"]]
    leans = []
    for call in provider_of(solved["judge"]).ledger:
        [said] = call.completions
        prompt = call.body["messages"][0]["content"]
        games = said.hidden.get("family") == "judge" and "quality" in said.hidden
        if games and sum(text in prompt for text in told) >= 2 and solved["AIR"] not in prompt:
            odds = judge["judge.acuity"] * said.hidden["quality"]
            odds += sum(said.hidden["biases"].values())
            first, second = math.exp(odds / 2), math.exp(-odds / 2)
            leans.append((first - second) / (first + second + judge["judge.tie"]))
    assert round(float(np.mean(leans)), 2) == 0.12


def test_the_figures_coverages_are_those_of_its_titles(solved: dict[str, Any]) -> None:
    """Of 1,000 worlds: 14 % raw, 41 % with rates as known, 95 % with all three samples; PPI."""
    shares = [float(holds.mean()) for _, holds in solved["panels"].values()]
    assert [round(x, 2) for x in shares[:2]] == [0.14, 0.41]
    assert 0.935 <= shares[2] <= 0.965
    assert solved["ppi_coverage"](solved["theta"]) >= 0.94
    assert solved["ppi_coverage"](np.full(1000, 0.5)) < 0.3


def test_examples_in_the_text_hold(solved: dict[str, Any]) -> None:
    """The worked example of every task is what its reference returns."""
    games = [("model_1", "model_1"), ("model_1", "tie"), ("model_1", "model_2")]
    found = solved["position_bias"]([{"g1_winner": a, "g2_winner": b} for a, b in games])
    assert [round(found[k], 2) for k in ("bias", "low", "high", "consistent")] == [
        0.5,
        -0.07,
        1.07,
        0.33,
    ]
    assert found["finding"] == "none"
    items = [("pass", "pass"), ("pass", "pass"), ("pass", "fail"), ("pass", None)]
    items += [("fail", "fail"), ("fail", "fail")]
    rows = [
        {"id": str(n), "source": n, "human": human, "judge": said}
        for n, (human, said) in enumerate(items)
    ]
    rates = solved["error_rates"](rows, [])
    told = [[round(rates[k][x], 3) for x in ("rate", "low", "high", "n")] for k in ("tpr", "tnr")]
    assert told == [[0.667, 0.208, 0.939, 3], [1.0, 0.342, 1.0, 2]]
    assert rates["unread"] == 1
    world = {"passed": 640, "n": 1000, "tp": 90, "good": 100, "tn": 80, "bad": 100}
    [one] = solved["correct_rates"]([world])
    assert [round(one[k], 3) for k in ("rate", "low", "high")] == [0.629, 0.549, 0.708]
    plan = {"rate": 0.8, "tpr": 0.92, "tnr": 0.85, "judged": 5000, "half_width": 0.03}
    plan |= {"reports": 2, "usd_label": 2.0, "usd_call": 0.01}
    assert solved["labels_to_buy"](plan) == {
        "humans": {"labels": 1366, "usd": 2732.0},
        "fresh": {"labels": 936, "usd": 1972.0},
        "reuse": {"labels": 819, "usd": 1738.0},
        "choose": "reuse",
    }


def test_oracles_agree_with_scipy(judge: ModuleType) -> None:
    """Wilson's interval is scipy's; the regression is what a general optimiser finds."""
    for k, n in ((0, 9), (4, 9), (57, 60), (60, 60)):
        theirs = stats.binomtest(k, n).proportion_ci(method="wilson")
        assert judge.wilson(k, n) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    table = judge._comparisons(np.random.default_rng(4), 0.8)
    q = np.array(table["grade_1"]) - np.array(table["grade_2"])
    d = np.log2(np.array(table["words_1"]) / np.array(table["words_2"]))
    sign = np.where(np.array(table["winner"]) == 1, 1, -1)
    best = optimize.minimize(
        lambda b: np.logaddexp(0, -sign * (b[0] * q + b[1] * d)).sum(), [0, 0], tol=1e-10
    )
    assert judge.fitted_length(table)["effect"] == pytest.approx(best.x[1], abs=1e-4)


def coverage(judge: ModuleType, method: Method, group: str, worlds: int) -> tuple[float, float]:
    """Return how often a method holds the truth, and its median width over the reference's."""
    drawn, truth = judge.draw_worlds(np.random.default_rng(21), group, worlds)
    ends = np.array([(w["low"], w["high"]) for w in method(drawn)])
    ours = np.array([judge.corrected(w)[1:] for w in drawn])
    width = float(np.median(np.diff(ends)) / np.median(np.diff(ours)))
    return float(((ends[:, 0] <= truth) & (truth <= ends[:, 1])).mean()), width


def bars(judge: ModuleType, method: Method, worlds: int) -> dict[str, tuple[float, float, float]]:
    """Return coverage, relative width and the chance to pass a case, for each group of worlds.

    A case's worlds are drawn independently, so its misses are binomial.
    """
    found = {}
    for group in judge.GROUPS:
        held, width = coverage(judge, method, group, worlds)
        passes = float(stats.binom.cdf(judge.MISSES, judge.WORLDS, 1 - held))
        found[group] = held, width, passes if judge.NARROWER <= width <= judge.WIDER else 0.0
    return found


@pytest.mark.parametrize("file", ["right_correct_by_delta", "right_correct_by_inverting"])
def test_right_intervals_cover_and_pass(
    judge: ModuleType, entry: Callable[[str, str], Method], file: str
) -> None:
    """Over 3 times 6,000 fixed worlds at least 92.5 % are held; a case is failed below 1e-4."""
    method = entry(file, "correct_rates")
    for held, width, passes in bars(judge, method, 6000).values():
        assert held >= 0.925
        assert 0.95 <= width <= 1.15
        assert 1 - passes < 3e-5  # three groups a case


@pytest.mark.parametrize("file", ["right_correct_by_bootstrap", "right_correct_by_posterior"])
def test_draws_cover_and_pass(
    judge: ModuleType, entry: Callable[[str, str], Method], file: str
) -> None:
    """Over 3 times 400 fixed worlds draws of all three samples hold 92.5 %, and pass."""
    for held, width, passes in bars(judge, entry(file, "correct_rates"), 400).values():
        assert held >= 0.925
        assert 0.95 <= width <= 1.15
        assert 1 - passes < 1e-3  # 400 worlds know the coverage to 0.01 only


@pytest.mark.parametrize(
    ("file", "groups"),
    [
        ("wrong_correct_raw_rate", "few judged answers, few good labels, few bad labels"),
        ("wrong_correct_rates_as_known", "few good labels, few bad labels"),
        ("wrong_correct_tpr_only", "few bad labels"),
        ("wrong_correct_target_certain", "few judged answers"),
        ("wrong_correct_pooled_labels", "few good labels, few bad labels"),
        ("wrong_correct_not_divided", "few judged answers, few good labels, few bad labels"),
        ("wrong_correct_ninety_percent", "few judged answers, few good labels, few bad labels"),
        ("wrong_correct_unweighted", "few good labels, few bad labels"),
        ("wrong_correct_by_precision", "few good labels, few bad labels"),
        ("wrong_correct_ppi_on_chosen_labels", "few good labels, few bad labels"),
    ],
)
def test_wrong_intervals_fail_where_their_mistake_rules(
    judge: ModuleType, entry: Callable[[str, str], Method], file: str, groups: str
) -> None:
    """Each wrong method passes the groups made for it with probability below 1e-2."""
    found = bars(judge, entry(file, "correct_rates"), 1000)
    for group in groups.split(", "):
        assert found[group][2] < 1e-2


def test_few_labels_break_the_formula(solved: dict[str, Any]) -> None:
    """With 30 good and 30 bad labels and this judge's rates it holds the truth in 80 % only."""
    rng = np.random.default_rng(30)
    rate, tpr, tnr, n, m = 0.88, 0.947, 0.861, 3000, 30
    counts = {
        "passed": rng.binomial(n, rate * tpr + (1 - rate) * (1 - tnr), 4000),
        "tp": rng.binomial(m, tpr, 4000),
        "tn": rng.binomial(m, tnr, 4000),
    }
    rows = zip(*(map(int, column) for column in (v.tolist() for v in counts.values())), strict=True)
    worlds = [dict(zip(counts, row, strict=True)) | {"n": n, "good": m, "bad": m} for row in rows]
    found = solved["correct_rates"](worlds)
    held = [one is not None and one["low"] <= rate <= one["high"] for one in found]
    assert 0.78 <= float(np.mean(held)) <= 0.82


def test_length_bars_hold_on_many_worlds(
    judge: ModuleType, entry: Callable[[str, str], Method]
) -> None:
    """Bars are over four standard deviations of right methods away; a naive fit meets none."""
    matched = entry("right_length_by_matched_pairs", "length_bias")
    strata = entry("right_length_by_strata", "length_bias")
    naive = entry("wrong_length_without_quality", "length_bias")
    rng = np.random.default_rng(9)
    off, pulled, width, share, wrong = [], [], [], [], []
    for n in range(60):
        effect = (0.0, 1.2, -1.4)[n % 3]
        table, want = judge._telling(rng, effect)
        estimate, half = want["effect"], want["half"]
        got = matched(table)
        own = (got["high"] - got["low"]) / 2
        off.append((got["per_doubling"] - estimate) / judge._NEAR_EFFECT)
        pulled.append((got["per_doubling"] - effect) / own / 2.3)
        share += [
            (method(table)["fair_share"] - want["share"]) / judge._NEAR_SHARE
            for method in (matched, strata)
        ]
        width.append(own / half)
        wrong.append(abs(naive(table)["per_doubling"] - estimate) / judge._NEAR_EFFECT)
    assert max(np.abs(off)) < 0.8  # `_telling` sees to it
    assert 4 * max(np.std(pulled), np.std(share)) < 1
    assert np.mean(width) + 4 * np.std(width) < 3.5
    assert min(width) > 1
    assert min(wrong[::3]) > 1  # every case holds a world without a taste for length


def test_position_intervals_leave_room_for_other_methods(
    judge: ModuleType, entry: Callable[[str, str], Method]
) -> None:
    """A bootstrap over pairs stays within a third of the 15 % that an end may move."""
    rng, method = np.random.default_rng(2), entry("right_position_by_bootstrap", "position_bias")
    moved = []
    for n in range(45):
        table = judge._leaning(rng, ("first", "second", "none")[n % 3])
        bias, half = judge.mean_interval(judge.pulls(table))
        got = method(table)
        moved += [(got["low"] - bias + half) / half, (got["high"] - bias - half) / half]
    assert 4 * np.std(moved) < 0.15


def test_a_case_of_pairs_holds_every_kind_of_outcome(
    judge: ModuleType, solved: dict[str, Any]
) -> None:
    """Whatever the seed: a settled pair, a win with a tie, an error in either game, eight calls."""
    for seed in range(1, 9):
        replies = []

        def remember(*args: Any) -> Any:
            replies.append(solved["judge_pairs"](*args))  # noqa: B023  # called in this round
            return replies[-1]  # noqa: B023

        [score] = judge_in_process(LESSON, "judge_pairs", {"judge_pairs": remember}, [seed])
        assert score.full
        counts, records = replies[0]["counts"], replies[0]["records"]
        assert counts["model_1"] + counts["model_2"] + counts["tie"] == 1
        assert (counts["inconsistent"], counts["error"]) == (1, 2)
        assert [[r[f"g{g}_winner"] for r in records].count("error") for g in (1, 2)] == [1, 1]


def test_mt_bench_files_are_taken(solved: dict[str, Any], tmp_path: Path) -> None:
    """A file in the shape of gpt-4_pair.jsonl, prompts and judgements included, is read as is."""
    extra = {
        "g1_user_prompt": "...",
        "g1_judgment": "[[A]]",
        "g2_user_prompt": "...",
        "g2_judgment": "[[B]]",
    }
    read = written_and_read(
        [row | extra for row in content.load("judged_answers/pair_judgements")], tmp_path
    )
    assert round(solved["position_bias"](read)["bias"], 2) == 0.23


def test_mt_bench_questions_and_answers_go_through_the_harness(
    solved: dict[str, Any], tmp_path: Path
) -> None:
    """Question and answer files of two turns are judged; the records count as FastChat counts.

    FastChat's `show_result.py` drops a pair with an error, and calls a tie
    what is one in game 1 or turns with the order.
    """
    numbers = list(solved["asked"])[:12]
    questions = {
        q["question_id"]: q
        for q in written_and_read(
            [
                {
                    "question_id": number,
                    "category": "reasoning",
                    "turns": [solved["asked"][number][0], "And then?"],
                    "reference": [solved["asked"][number][1], ""],
                }
                for number in numbers
            ],
            tmp_path,
        )
    }
    texts = {
        model: {
            row["question_id"]: row["choices"][0]["turns"][0]
            for row in written_and_read(
                [
                    {
                        "question_id": number,
                        "answer_id": f"{model}{number}",
                        "model_id": model,
                        "choices": [{"index": 0, "turns": [solved["texts"][model, number], "."]}],
                        "tstamp": 1.5,
                    }
                    for number in numbers
                ],
                tmp_path,
            )
        }
        for model in ("terse-2", "ample-1")
    }
    pairs = [
        {
            "question_id": number,
            "question": question["turns"][0],
            "reference": question["reference"][0],
            "model_1": "terse-2",
            "model_2": "ample-1",
            "answer_1": texts["terse-2"][number],
            "answer_2": texts["ample-1"][number],
        }
        for number, question in questions.items()
    ]
    run = solved["judge_pairs"](str(solved["judge"].base_url), pairs, solved["CRITERIA"])
    extra = {"judge": ["practice-judge", "pair-v2"], "turn": 1, "tstamp": 2.5}
    records = written_and_read([row | extra for row in run["records"]], tmp_path)
    clear = [r for r in records if "error" not in (r["g1_winner"], r["g2_winner"])]
    ties = sum(r["g1_winner"] == "tie" or r["g1_winner"] != r["g2_winner"] for r in clear)
    assert (len(records), len(records) - len(clear)) == (12, run["counts"]["error"])
    assert ties == run["counts"]["tie"] + run["counts"]["inconsistent"]
    assert solved["position_bias"](records) == solved["position_bias"](run["records"])


def written_and_read(rows: list[dict[str, Any]], folder: Path) -> list[dict[str, Any]]:
    """Write rows as JSON lines, and read them back."""
    path = folder / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("task", TASKS)
def test_another_seed_is_another_case(solved: dict[str, Any], task: str) -> None:
    """Answers of one case, sent back on another, do not get full marks."""
    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        replies.append(solved[task](*args))
        return replies[-1]

    [first] = judge_in_process(LESSON, task, {task: remember}, [1])
    assert first.full
    again = iter(replies * 2)
    [second] = judge_in_process(LESSON, task, {task: lambda *args: next(again)}, [2])
    assert not second.full


def test_model_answer_keeps_to_its_length(lesson: Lesson) -> None:
    """The written part asks for at most 200 words and its model answer obeys."""
    [written] = lesson.with_role("written")
    model = re.sub(r"### (BEGIN|END) SOLUTION", "", written.source)
    assert len(model.split()) <= 200


def test_no_corpus_entry_needs_the_checkout() -> None:
    """Entries read no file and import nothing of the course's."""
    for path in sorted(CORPUS.glob("*.py")):
        assert not re.search(r"\bopen\(|\bautograder\b|\bload\(", path.read_text(encoding="utf-8"))
