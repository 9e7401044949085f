"""Lesson 24's figures, oracles, bars and prose say the same thing."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import stats

from autograder import content
from autograder.content import load
from autograder.judging import judge_in_process
from autograder.scenarios.traffic import CURRENT, DOLLAR, in_force, plain, price_list, stage, units

LESSON = "24_cut_the_bill"
CORPUS = content.lesson_dir(LESSON) / "corpus"
DATA = Path(__file__).resolve().parents[2] / "datasets" / "usage_exports"
Method = Callable[..., Any]


@pytest.fixture(scope="module")
def entry(solved: dict[str, Any]) -> Callable[[str, str], Method]:
    """Give the function that a file of the corpus defines."""

    def of(file: str, name: str) -> Method:
        namespace = dict(solved)
        exec((CORPUS / f"{file}.py").read_text(encoding="utf-8"), namespace)
        found: Method = namespace[name]
        return found

    return of


# What the text says.


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    assert solved["outcomes"] == pytest.approx(
        {
            "cannot_rule_out": 0.1,
            "two_thousand_calls": 0.45,
            "three_attempts": 0.984375,
            "counted_twice": 16.5,
            "asked_before": 306,
            "upper_end": 5.2,
            "not_significant": 63,
            "saved_together": 70.75,
            "fourth_week": 10.0,
        }
    )


def test_the_prose_s_other_numbers(solved: dict[str, Any]) -> None:
    """Shares of wrong repeats, the discount, the twin, the trap of the trial and the levers."""
    served = solved["served"]
    assert 0.78 < 1 - served["right"] / len(solved["repeats"]) < 0.83
    assert served["tenant"] > 0.8 * (len(solved["repeats"]) - served["right"])
    assert 0.70 < len(solved["repeats"]) / len(solved["requests"]) < 0.80
    assert 1 - solved["invoice"](solved["costs"]) / 100 / float(solved["listed"]) == pytest.approx(
        0.12, abs=1e-4
    )
    near = [text["text"] for text in solved["close"]]
    assert solved["NAME"].findall(near[1]) != solved["said"]
    assert solved["NAME"].findall(near[2]) == solved["said"]
    rare = min(solved["trials"], key=lambda t: t["n"])
    loss = solved["true_loss"][rare["feature"], rare["kind"]]
    assert (rare["feature"], rare["kind"], rare["n"], rare["only_current"]) == (
        "translate", "code", 55, 0,
    )  # fmt: skip
    assert round(100 * loss) == 7
    assert [round(100 * x) for x in solved["taken"]] == [53, 29, 25]
    assert round(100 * (1 - solved["stations"][-1] / solved["before"])) == 75
    assert [round(100 * x) for x in solved["shares"]] == [17, 16]
    assert round(solved["before"], 2) == 5.84
    assert round(100 * solved["before"]) == solved["public"]["invoice_cents"]
    assert round(100 * float(solved["lost"] / sum(solved["usd"].values()))) == 10
    assert round(solved["risk"], 2) == 0.07
    runs = [r for r in solved["requests"] if r["run"]]
    assert len(runs) / len(solved["requests"]) == 0.1


def test_a_small_model_costs_about_a_thirteenth() -> None:
    """As the text says, on the day of the lesson's traffic, at usual lengths."""
    rows = [in_force(price_list(), name, "2026-08-28") for name in (CURRENT, "practice-small")]
    large, small = (units(row, (5_000, 0, 0, 230)) for row in rows)
    assert 12.5 < large / small < 13.5


def test_examples_in_the_text_hold(solved: dict[str, Any]) -> None:
    """The worked example of every task is what its reference returns."""
    row = {"attempt": 1, "feature": "a", "model": "practice-large", "mode": "live"}
    row |= {"at": "2026-11-20T10:00:00Z", "status": "ok", "output": 0}
    row |= {"cache_read": 0, "cache_write": 0, "input": 800_000}
    lines = [{**row, "call_id": t, "request_id": t, "tenant": t} for t in "xyz"]
    assert solved["attribute_spend"](lines, solved["prices"], 100) == {
        "a": {"x": 34, "y": 33, "z": 33}
    }
    price = in_force(price_list(), CURRENT, "2026-08-28")
    assert solved["prefix_saving"]([0, 4, 8, 20], 10_000, price, 5) == pytest.approx(0.0325)
    pairs = [("a", "b", 9_000, 5, 4), ("c", "d", 25, 0, 0)]
    names = ("feature", "kind", "n", "only_current", "only_other")
    trials = [dict(zip(names, pair, strict=True)) for pair in pairs]
    asked = [{"feature": f, "kind": k, "input": 10, "output": 1} for f, k, *_ in pairs]
    assert solved["route_requests"](trials, asked, {}, {"overall": 0.01, "slice": 0.03}) == [
        "practice-small",
        "practice-large",
    ]
    call = {"takes": 3, "tenant": "t", "run": "", "wait_minutes": 0, "max_micro": 60, "micro": 20}
    calls = [{**call, "id": f"q{m}", "minute": m} for m in (0, 1, 5)]
    limits = {"batch_minutes": 60, "run_steps": 9, "cap_micro": {"t": 100}}
    assert solved["dispatch_calls"](calls, limits) == ["now", "refuse", "now"]
    one = [np.array([x]) for x in (5_000, 100, 95)]
    assert [solved["verdicts"](*one, m)[0] for m in (0.01, 0.005)] == ["not worse", "cannot tell"]
    flat = np.full((1, 70), 100.0), np.array([[1.0] * 70 + [2.0] * 28])
    assert solved["forecast_month"](*flat) == pytest.approx(np.array([[5_600, 5_600]]))


# Real exports.


def test_a_page_and_a_csv_give_the_same_attribution(solved: dict[str, Any]) -> None:
    """Of the week's invoice, to the cent, from OpenAI's JSON, its CSV as text and as loaded."""
    cents = solved["invoice"](load("usage_exports/costs"))
    page = json.loads((DATA / "usage.json").read_text(encoding="utf-8"))
    found = [
        solved["attribute_spend"](usage, load("practice_models/prices"), cents)
        for usage in (page, (DATA / "usage.csv").read_text(encoding="utf-8"), solved["table"])
    ]
    assert found[0] == found[1] == found[2]
    assert sum(sum(row.values()) for row in found[0].values()) == cents == 32_299
    assert set(found[0]) == {"proj_ask", "proj_digest", "proj_extract", "proj_review", "untagged"}
    by_project: dict[str, float] = {}
    for bucket in load("usage_exports/costs")["data"]:
        for row in bucket["results"]:
            name = row["project_id"] or "untagged"
            by_project[name] = by_project.get(name, 0.0) + row["amount"]["value"]
    for name, usd in by_project.items():
        assert sum(found[0][name].values()) == pytest.approx(100 * usd, abs=3)


def test_an_older_export_and_a_last_page_are_read(solved: dict[str, Any]) -> None:
    """Cache writes may be absent; a page that is not the last, or not by model, is refused."""
    page = load("usage_exports/usage")
    for bucket in page["data"]:
        for row in bucket["results"]:
            del row["input_cache_write_tokens"]
    assert {row["input_cache_write_tokens"] for row in solved["usage_rows"](page)} == {0}
    for read, export in (("usage_rows", page), ("invoice", load("usage_exports/costs"))):
        with pytest.raises(ValueError, match="next_page"):
            solved[read](export | {"has_more": True})
    for bucket in page["data"]:
        for row in bucket["results"]:
            row["model"] = None
    with pytest.raises(ValueError, match="Group the export by model"):
        solved["usage_rows"](page)


def test_the_meter_of_a_world_is_attributed_exactly(solved: dict[str, Any]) -> None:
    """The lesson's function and the sealed spend agree on whole simulated days."""
    for seed in range(3):
        case = stage(seed)
        lines = [plain(call) for call in case.public.calls]
        found = solved["attribute_spend"](lines, solved["prices"], case.public.invoice_cents)
        whole = sum(case.truth.spend.values())
        for (feature, tenant), spent in case.truth.spend.items():
            exact = Decimal(case.public.invoice_cents) * spent / whole
            assert abs(found[feature][tenant] - exact) < 1
        assert sum(sum(row.values()) for row in found.values()) == case.public.invoice_cents


# Oracles.


def test_the_judge_s_export_is_the_dataset_s_shape(judge: ModuleType) -> None:
    """Pages and CSVs that a case is made of have the columns of the committed files."""
    rows = judge.exported(judge._once(judge._meter(5)))
    page, table = judge.as_page(rows), judge.as_csv(rows)
    real = load("usage_exports/usage")
    assert list(page) == list(real)
    assert list(page["data"][1]) == list(real["data"][0])
    assert set(page["data"][1]["results"][0]) <= set(real["data"][0]["results"][0])
    header = (DATA / "usage.csv").read_text(encoding="utf-8").splitlines()[0]
    assert table.splitlines()[0] == header


def test_prices_agree_with_genai_prices(judge: ModuleType, solved: dict[str, Any]) -> None:
    """Units, the lesson's list_usd and the library's arithmetic give the same dollars."""
    from genai_prices import Usage
    from genai_prices.types import ModelPrice

    draw = Random(24)
    for _ in range(100):
        row = draw.choice(price_list())
        new, read, write, out = (draw.randint(0, 9_000) for _ in range(4))
        rates = {name: Decimal(row[name]) for name in judge_rates()}
        usage = Usage(
            input_tokens=new + read + write,
            cache_read_tokens=read,
            cache_write_tokens=write,
            output_tokens=out,
        )
        expected = ModelPrice(**rates).calc_price(usage)["total_price"]
        tokens = {"input": new, "cache_read": read, "cache_write": write, "output": out}
        assert solved["list_usd"](tokens, row) == expected
        assert Decimal(units(row, (new, read, write, out))) / DOLLAR == expected


def judge_rates() -> tuple[str, ...]:
    return ("input_mtok", "cache_read_mtok", "cache_write_mtok", "output_mtok")


# Bars.


def test_the_cache_s_reference_is_never_stale(solved: dict[str, Any]) -> None:
    """Over more than 5,000 hits none is wrong: below the bar of 0.1 % at 99 % confidence."""
    hits = wrong = 0
    for seed in range(40):
        case = stage(seed, requests=400, realm="bars")
        public = case.public.plain()
        scopes = {f["name"]: f["scope"] for f in public["features"]}
        found = solved["serve_from_cache"](public["requests"], public["updates"], scopes)
        hits += len(found)
        answers = case.truth.answers
        wrong += sum(answers[new] != answers[old] for new, old in found.items())
    assert hits > 5_000
    assert wrong == 0


def test_the_share_of_possible_hits_has_room(solved: dict[str, Any]) -> None:
    """The reference reaches the bar of 94 % in each of 60 more cases."""
    scores = judge_in_process(LESSON, "serve_from_cache", solved, range(5_000, 5_060))
    assert all(score.full for score in scores)


def test_verdicts_err_as_rarely_as_stated(judge: ModuleType) -> None:
    """A right interval fails a case below 1e-4, the named wrong ones pass below 1e-2."""

    def ends(trials: np.ndarray, variance: Any = None) -> tuple[np.ndarray, np.ndarray]:
        n, b, c = trials.T.astype(float)
        paired = (b + c + 3 - (b - c) ** 2 / n) / n**2
        half = 1.96 * np.sqrt(paired if variance is None else variance / n)
        return (b - c) / n - half, (b - c) / n + half

    for margin in (0.01, 0.015, 0.02):
        made = [
            np.vstack(same)
            for same in zip(*(judge.mixed(4 * i, margin) for i in range(100)), strict=True)
        ]
        small, torn, far, same, silent = made
        assert not (ends(silent)[1] < margin).any()
        assert stats.binom.sf(24, 300, (ends(small)[1] < margin).mean()) < 1e-4
        assert stats.binom.sf(24, 300, (ends(torn)[1] < margin).mean()) < 1e-4
        assert stats.binom.cdf(53, 60, (ends(far)[0] > margin).mean()) < 1e-4
        assert stats.binom.cdf(134, 150, (ends(same)[1] < margin).mean()) < 1e-4
        # The estimate alone, no significant difference, half the margin from 1,000 requests on.
        for claims in (
            ends(torn, 0.0)[1] < margin,
            ends(torn)[0] <= 0,
            ends(torn, 0.0)[1] < margin / 2,
        ):
            assert stats.binom.cdf(24, 300, claims.mean()) < 1e-2
        unpaired = ends(same, 2 * 0.7 * 0.3)[1] < margin
        assert stats.binom.sf(134, 150, unpaired.mean()) < 1e-2


def test_expected_coverage_stays_within_its_bars(judge: ModuleType) -> None:
    """Of a right interval, by four standard deviations; the figures stand in the docstring."""
    groups = []
    for seed in range(60):
        spend, price, futures = judge.services.__wrapped__(seed)
        held = judge.coverage(judge.forecast(spend, price), futures)
        groups.append([*(part.mean() for part in np.split(held, 3)), held.mean()])
    mean, spread = np.mean(groups, axis=0), np.std(groups, axis=0, ddof=1)
    for at, off, (low, high) in zip(
        mean, spread, [(0.725, 0.875)] * 3 + [(0.76, 0.85)], strict=True
    ):
        fails = stats.norm.cdf((low - at) / off) + stats.norm.sf((high - at) / off)
        assert fails < 1e-4


@pytest.mark.parametrize(
    "name",
    [
        "spend_not_volume", "price_of_today", "weeks_on_their_own", "spread_of_the_mean",
        "always_half_as_much", "95_percent", "last_month_again",
    ],
)  # fmt: skip
def test_named_wrong_forecasts_are_far_from_their_bars(
    judge: ModuleType, entry: Callable[[str, str], Method], name: str
) -> None:
    """At least one group's coverage is more than four standard deviations outside."""
    method = entry(f"wrong_forecast_{name}", "forecast_month")
    away = []
    for seed in range(8):
        spend, price, futures = judge.services.__wrapped__(seed)
        held = judge.coverage(method(spend, price), futures)
        parts = [part.mean() for part in np.split(held, 3)]
        away.append([max(0.725 - p, p - 0.875) / 0.016 for p in parts])
    assert max(np.mean(away, axis=0)) > 4


def test_one_width_for_all_is_far_from_its_bar(
    judge: ModuleType, entry: Callable[[str, str], Method]
) -> None:
    """Its interval score is within 1.1 of the formula's in fewer than one case of a hundred."""
    method = entry("wrong_forecast_one_width_for_all", "forecast_month")
    ratios = []
    for seed in range(20):
        spend, price, futures = judge.services.__wrapped__(seed)
        best = judge.scores(judge.forecast(spend, price), futures)
        ratios.append(judge.scores(method(spend, price), futures).mean() / best.mean())
    assert stats.norm.cdf((1.1 - np.mean(ratios)) / np.std(ratios, ddof=1)) < 1e-2


def test_a_normal_quantile_for_few_steps_seldom_passes(judge: ModuleType) -> None:
    """Five steps and the 0.9 quantile of the normal cover all services below the bar."""
    held = []
    for seed in range(40):
        spend, price, futures = judge.services.__wrapped__(seed)
        interval = judge.forecast(spend, price)
        middle = np.sqrt(interval.prod(1, keepdims=True))
        narrow = middle * (interval / middle) ** (stats.norm.ppf(0.9) / stats.t.ppf(0.9, 4))
        held.append(judge.coverage(narrow, futures).mean())
    assert stats.norm.sf((0.76 - np.mean(held)) / np.std(held, ddof=1)) < 1e-2


def test_a_router_by_proof_keeps_the_floors(judge: ModuleType) -> None:
    """In 1,000 drawn trials the upper ends let nothing bad through, and the sum holds."""
    failed = 0
    for seed in range(1_000):
        work = judge._work(Random(seed))
        weights = {(row["feature"], row["kind"]): share for row, _, share in work}
        loss = {(row["feature"], row["kind"]): lost for row, lost, _ in work}
        trials = [row for row, _, _ in work]
        chosen = judge.routed(trials, weights, {"overall": 0.01, "slice": 0.03})
        lost = sum(loss[name] * weights[name] for name in chosen)
        failed += lost > 0.01 or max(loss[name] for name in chosen) > 0.03
        saved = sum(weights[name] for name in chosen)
        failed += not 0.6 < saved < 0.63
    assert failed == 0


def test_scores_reward_truth(judge: ModuleType) -> None:
    """The mean interval score of the reference is lowest at about its own width."""
    spend, price, futures = judge.services.__wrapped__(3)
    interval = judge.forecast(spend, price)
    middle = np.sqrt(interval.prod(1, keepdims=True))
    wider = {
        f: judge.scores(middle * (interval / middle) ** f, futures).mean() for f in (0.4, 1, 2.5)
    }
    assert wider[1] < min(wider[0.4], wider[2.5])
    assert math.isfinite(wider[1])
