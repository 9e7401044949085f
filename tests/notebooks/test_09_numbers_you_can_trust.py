"""Lesson 09's figures, oracles, libraries, bars and prose say the same thing."""

from __future__ import annotations

import math
import re
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy.stats import beta, binom, binomtest, norm

from autograder import content
from autograder.authoring.lesson import Lesson
from autograder.judging import judge_in_process

LESSON = "09_numbers_you_can_trust"
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]
CORPUS = Path(content.lesson_dir(LESSON) / "corpus")


def answer(name: str, solved: dict[str, Any]) -> Any:
    """Give the function that a corpus file defines, in the solved lesson's namespace."""
    [path] = CORPUS.glob(f"{name}.py")
    source = path.read_text(encoding="utf-8")
    namespace = dict(solved)
    exec(compile(source, path.name, "exec"), namespace)
    found = re.search(r"^task: (\w+)$", source, re.MULTILINE)
    assert found is not None
    return namespace[found[1]]


def test_predictions_come_out_as_the_text_says(solved: dict[str, Any]) -> None:
    """Each number the prose reads off an output is the one the cell computes."""
    assert solved["outcomes"] == {
        "wald_coverage": 63.5,
        "still_possible": 4.87,
        "paired_width": 2.6,
        "bootstrap_low": 100.0,
        "copies_coverage": 74.9,
        "one_of_twelve": 46,
        "peeking": 24,
        "rule_of_three": 1.5,
        "worth": 200.0,
        "smallest_p": pytest.approx(0.00625),
    }


def test_figures_in_the_prose_are_the_ones_measured(solved: dict[str, Any]) -> None:
    """Rates, table, intervals, effective rows and sample sizes are as quoted."""
    table, difference = solved["table"], solved["difference"]
    assert (len(table), round(table.a.mean(), 3), round(table.b.mean(), 3)) == (2395, 0.839, 0.857)
    wins, losses = int((difference == 1).sum()), int((difference == -1).sum())
    assert (wins, losses, wins + losses) == (146, 103, 249)
    assert round(249 / 2395, 3) == 0.104
    assert round(2395 / losses) == 23
    apart, together, gap = solved["apart"], solved["together"], solved["gap"]
    assert round(100 * 2 * 1.96 * apart, 1) == 4.1
    assert (together / apart, (apart / together) ** 2) == pytest.approx((0.63, 2.5), abs=0.02)
    ends = [gap + side * 1.96 * spread for spread in (apart, together) for side in (-1, 1)]
    assert np.round(ends, 3).tolist() == [-0.002, 0.038, 0.005, 0.031]
    ends = [gap + side * solved["z"] * solved["error"] for side in (-1, 1)]
    assert np.round(ends, 3).tolist() == [0.005, 0.031]
    assert round((solved["error"] / together) ** 2, 2) == 1.03
    assert (round(solved["worth"]), round(2395 / solved["worth"], 1)) == (957, 2.5)
    assert round(solved["best"]) == 87
    assert round(solved["coverage"](solved["wald"], 50, 0.2), 3) == 0.938
    assert round(min(solved["both"][solved["scipy_wilson"]]), 1) == 0.9
    assert round(binom.pmf(0, 50, 0.02), 2) == 0.36
    passes = [[int(table[name].sum()), len(table)] for name in ("a", "b")]
    a, b = solved["rate_intervals"](passes, 0.95)
    assert a[1] > b[0]


def test_sample_sizes_and_topics_are_as_quoted(solved: dict[str, Any]) -> None:
    """What the eval could find, overall and topic by topic, is what the prose says."""
    needed = [solved["items_needed"](found, 0.104, 0.05, 0.8) for found in (0.01, 0.02)]
    assert needed == [8155, 2033]
    missed = 1 - norm.cdf(0.01 / math.sqrt((0.104 - 0.01**2) / 2395) - 1.96)
    assert missed == pytest.approx(2 / 3, abs=0.01)
    table = solved["table"]
    counts = (table.a != table.b).groupby(table.topic).sum()
    assert len(counts) == 12
    assert counts.mean() == pytest.approx(20, abs=1)
    assert {coin: round(1 - none, 2) for coin, none in solved["quiet"].items()} == {
        0.5: 0.28,
        0.6: 0.7,
    }
    small = [
        topic
        for topic, rows in solved["difference"].groupby(table.topic)
        if binomtest(int((rows == 1).sum()), int((rows != 0).sum())).pvalue < 0.05
    ]
    assert small == ["backup"]
    assert solved["claims_that_hold"](solved["topics"], 0.05) == {}
    assert solved["power"] == pytest.approx(1 / 8, abs=0.01)


def test_examples_in_the_text_hold(solved: dict[str, Any]) -> None:
    """The worked example of every task is what its reference returns."""
    assert np.round(solved["rate_intervals"]([[0, 50]], 0.95), 3).tolist() == [[0.0, 0.071]]
    assert solved["trials_needed"](0.01, 0.95, 0) == 299
    assert solved["trials_needed"](0.01, 0.95, 1) == 473
    found = solved["paired_intervals"]([[40, 0, 0, 10]])
    assert np.round(found, 3).tolist() == [[-0.053, 0.053]]
    assert solved["items_needed"](0.04, 0.1, 0.05, 0.8) == 483
    copies = [[4, 4]] * 24 + [[0, 4]] * 6
    assert np.round(solved["clustered_interval"](copies), 2).tolist() == [0.62, 0.91]
    assert np.round(solved["wilson"](0.8, 120, 1.96), 2).tolist() == [0.72, 0.86]

    def one(name: str, wins: int, losses: int, planned: int) -> dict[str, Any]:
        return {"name": name, "planned": planned, "differences": [1] * wins + [-1] * losses}

    two = [one("x", 12, 0, 12), one("y", 11, 2, 13)]
    assert solved["claims_that_hold"](two, 0.05) == {"x": "better", "y": "better"}
    three = [*two, one("z", 9, 0, 20)]
    assert solved["claims_that_hold"](three, 0.05) == {"x": "better", "y": "better"}
    assert solved["claims_that_hold"]([*three, one("w", 0, 0, 0)], 0.05) == {"x": "better"}
    assert [round(binomtest(k, n).pvalue, 4) for k, n in ((12, 12), (11, 13))] == [0.0005, 0.0225]


def test_wilson_and_the_sign_test_agree_with_scipy(judge: ModuleType) -> None:
    """The oracles are SciPy's, to 1e-12, over every count of several n."""
    for n in (1, 7, 50, 133):
        low, high = judge.wilson(np.arange(n + 1), n, float(norm.ppf(0.95)))
        for k in range(n + 1):
            want = binomtest(k, n).proportion_ci(0.9, "wilson")
            assert (low[k], high[k]) == pytest.approx((want.low, want.high), abs=1e-12)
            assert judge.sign_test(k, n - k) == pytest.approx(binomtest(k, n).pvalue, rel=1e-12)
    for p, few, many in judge._splits()[::7]:
        assert p == pytest.approx(binomtest(few, few + many).pvalue, rel=1e-9)


def test_trials_are_the_fewest(solved: dict[str, Any]) -> None:
    """At n the chance is small enough, at n - 1 it is not, on 200 drawn plans."""
    draw = Random(9)
    for _ in range(200):
        rate, confidence = draw.uniform(0.003, 0.4), draw.choice((0.8, 0.9, 0.95, 0.99))
        allowed = draw.randint(0, 5)
        n = solved["trials_needed"](rate, confidence, allowed)
        assert binom.cdf(allowed, n, rate) <= 1 - confidence < binom.cdf(allowed, n - 1, rate)


def test_exact_power_is_what_drawing_gives(judge: ModuleType) -> None:
    """20,000 drawn experiments find the difference as often as the exact sum says."""
    random = np.random.default_rng(4)
    for n, difference, discordant, alpha in ((300, 0.05, 0.15, 0.05), (500, 0.03, 0.1, 0.1)):
        wins, losses, _ = random.multinomial(
            n,
            [(discordant + difference) / 2, (discordant - difference) / 2, 1 - discordant],
            20_000,
        ).T
        found = (np.abs(wins - losses) > norm.ppf(1 - alpha / 2) * np.sqrt(wins + losses)).mean()
        exact = judge.power_of(n, difference, discordant, alpha)
        assert found == pytest.approx(exact, abs=4 * math.sqrt(0.25 / 20_000))


def test_holm_keeps_the_family_wise_error(judge: ModuleType) -> None:
    """Of 2,000 families of twelve equal pairs at most 5 % (plus 3 errors) see any claim."""
    random = np.random.default_rng(12)
    false = 0
    for _ in range(2000):
        wins = random.binomial(30, 0.5, 12).tolist()
        family = [
            {"name": str(n), "planned": 30, "differences": [1] * w + [-1] * (30 - w)}
            for n, w in enumerate(wins)
        ]
        false += bool(judge.holds(family, 0.05))
    assert false / 2000 <= 0.05 + 3 * math.sqrt(0.05 * 0.95 / 2000)


def test_rates_pass_and_fail_at_every_size_the_judge_may_draw() -> None:
    """Task 1's bars part the right methods from Wald and the bootstrap for all n, not some."""
    truths, z = np.arange(0.01, 0.3001, 0.005), 1.959964
    bars: dict[str, set[bool]] = {}
    for n in range(50, 201):
        k = np.arange(n + 1)
        chances = binom.pmf(k[:, None], n, truths)
        p = k / n
        middle, half = p + z * z / 2 / n, z * np.sqrt(p * (1 - p) / n + z * z / 4 / n**2)
        wilson = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
        more = (k + z * z / 2) / (n + z * z)
        spread = z * np.sqrt(more * (1 - more) / (n + z * z))
        with np.errstate(invalid="ignore"):
            ends = {
                "wilson": wilson,
                "agresti": (np.maximum(more - spread, 0), np.minimum(more + spread, 1)),
                "jeffreys": (
                    np.where(k == 0, 0, beta.ppf(0.025, k + 0.5, n - k + 0.5)),
                    np.where(k == n, 1, beta.ppf(0.975, k + 0.5, n - k + 0.5)),
                ),
                "exact": (
                    np.where(k == 0, 0, beta.ppf(0.025, k, n - k + 1)),
                    np.where(k == n, 1, beta.ppf(0.975, k + 1, n - k)),
                ),
                "wald": (p - z * np.sqrt(p * (1 - p) / n), p + z * np.sqrt(p * (1 - p) / n)),
                "bootstrap": (binom.ppf(0.025, n, p) / n, binom.ppf(0.975, n, p) / n),
            }
        usual = ((wilson[1] - wilson[0]) @ chances).mean()
        for name, (low, high) in ends.items():
            inside = (low[:, None] <= truths + 1e-9) & (truths - 1e-9 <= high[:, None])
            covered = (chances * inside).sum(axis=0)
            passed = (
                covered.mean() >= 0.945
                and covered.min() >= 0.87
                and ((high - low) @ chances).mean() <= 1.15 * usual
            )
            bars.setdefault(name, set()).add(bool(passed))
    assert bars == {
        "wilson": {True},
        "agresti": {True},
        "jeffreys": {True},
        "exact": {True},
        "wald": {False},
        "bootstrap": {False},
    }


def test_paired_methods_pass_and_fail_at_every_size_the_judge_may_draw(
    solved: dict[str, Any], judge: ModuleType
) -> None:
    """Task 3's bars accept four methods and reject two samples, and Wald where few differ."""
    right = [
        f"right_paired_{how}" for how in ("half_a_row_in_each_cell", "by_score", "by_newcombe")
    ]
    methods = {name: answer(name, solved) for name in right}
    methods["reference"] = solved["paired_intervals"]
    methods |= {name: answer(name, solved) for name in ("wrong_paired_wald", "wrong_paired_t")}
    methods["wrong_paired_as_two_samples"] = answer("wrong_paired_as_two_samples", solved)

    def passes(name: str, n: int, rates: tuple[float, float], mean: float) -> bool:
        tables, chances = judge._tables(n, *rates, 0.75)
        low, high = np.array(methods[name](tables.tolist())).T
        truth = rates[1] - rates[0]
        covered = chances @ ((low <= truth) & (truth <= high)) / chances.sum()
        usual = np.subtract(*judge.paired(tables)[::-1])
        return bool(covered >= mean and chances @ (high - low) <= 1.15 * (chances @ usual))

    for n in range(46, 55):
        for rates in ((0.05, 0.02), (0.02, 0.05)):
            for name in methods:
                good = name in (*right, "reference")
                assert passes(name, n, rates, 0.945) == good, (name, n, rates)
    for n in range(100, 141, 8):
        for low, high in ((0.03, 0.07), (0.05, 0.07), (0.03, 0.11), (0.05, 0.11)):
            for rates in ((low, high), (high, low)):
                for name in methods:
                    good = name != "wrong_paired_as_two_samples"
                    assert passes(name, n, rates, 0.93) == good, (name, n, rates)


def test_designs_pass_and_fail_over_all_that_the_judge_may_draw(
    solved: dict[str, Any], judge: ModuleType
) -> None:
    """Task 4's window holds the three right formulas and none of the wrong, on a grid."""
    right = {"reference": solved["items_needed"]}
    for name in ("right_items_with_null_variance", "right_items_by_search"):
        right[name] = answer(name, solved)
    wrong = {
        name: answer(name, solved)
        for name in ("wrong_items_one_sided", "wrong_items_without_power")
    }
    for difference in (0.02, 0.035, 0.05, 0.065, 0.08):
        for ratio in (2.6, 3.5, 4.5):
            for alpha, power in ((0.05, 0.8), (0.05, 0.9), (0.05, 0.95), (0.01, 0.8), (0.1, 0.8)):
                design = (difference, round(difference * ratio, 3), alpha)
                for name, method in (right | wrong).items():
                    n = method(*design, power)
                    enough = judge.power_of(n, *design) >= power - 0.01
                    lean = judge.power_of(math.floor(n / 1.1), *design) < power
                    assert (enough and lean) == (name in right), (name, design, power)


def test_clustered_reference_covers_on_fixed_worlds(judge: ModuleType) -> None:
    """Over 1,500 worlds as the judge draws them the yardstick covers, and rows do not."""
    draw, held = Random(5), {"yardstick": 0, "rows": 0}
    for _ in range(1500):
        alike = draw.uniform(0.12, 0.3)
        state = draw.getstate()
        level = Random()
        level.setstate(state)
        world = np.array(judge._world(draw, alike), dtype=float)
        # The same first draw tells the level; the true share weighs a document by its length.
        base = level.uniform(0.62, 0.7)
        sizes = np.array([2, 3, 4, 5, 6, 12])
        truth = (sizes * (base + np.where(sizes == 12, -0.2, 0.1))).sum() / sizes.sum()
        passed, asked = world.T
        low, high = judge.clustered(passed, asked)
        held["yardstick"] += low <= truth <= high
        low, high = judge.wilson(passed.sum(), asked.sum())
        held["rows"] += bool(low <= truth <= high)
    assert 0.92 <= held["yardstick"] / 1500 <= 0.97
    assert held["rows"] / 1500 < 0.8


def test_copies_part_wilson_on_documents_from_wald_at_every_size(
    solved: dict[str, Any], judge: ModuleType
) -> None:
    """Task 5's bars near 100 % accept three methods, and neither Wald nor rows, for all sizes."""
    names = {
        "right_clustered_by_likeness": True,
        "right_clustered_by_jackknife": True,
        "wrong_clustered_wald_on_documents": False,
        "wrong_clustered_rows": False,
    }
    methods = {name: (answer(name, solved), good) for name, good in names.items()}
    methods["reference"] = solved["clustered_interval"], True
    for count in range(20, 25):
        for times in (3, 6):
            worlds = [[[times, times]] * k + [[0, times]] * (count - k) for k in range(count + 1)]
            chances, truths = judge._chances(count, 80, 95)
            for name, (method, good) in methods.items():
                low, high = np.array([method(world) for world in worlds]).T
                inside = (low[:, None] <= truths + 1e-9) & (truths - 1e-9 <= high[:, None])
                covered = (chances * inside).sum(axis=0)
                assert (covered.mean() >= 0.93 and covered.min() >= 0.9) == good, (name, count)


def test_drawn_bars_of_the_clustered_task_are_far_from_both_sides(
    solved: dict[str, Any], judge: ModuleType
) -> None:
    """On 150 seeds right methods lie >= 4 and counting rows >= 3 deviations from the bar."""
    names = ("likeness", "jackknife")
    methods = {name: answer(f"right_clustered_by_{name}", solved) for name in names}
    methods["robust_error"] = answer("wrong_clustered_wald_on_documents", solved)
    methods["rows"] = answer("wrong_clustered_rows", solved)
    ratios: dict[str, list[float]] = {name: [] for name in methods}
    for seed in range(150):
        draw = Random(seed)
        alike = draw.uniform(0.12, 0.3)
        worlds = [judge._world(draw, alike) for _ in range(6)]
        usual = sum(-np.subtract(*judge.clustered(*np.array(w, dtype=float).T)) for w in worlds)
        for name, method in methods.items():
            wide = sum(high - low for low, high in map(method, worlds))
            ratios[name].append(float(wide / usual))
    for name, values in ratios.items():
        mean, deviation = float(np.mean(values)), float(np.std(values))
        if name == "rows":
            assert mean + 3 * deviation < 0.82
        else:
            assert mean - 4 * deviation > 0.82
            assert mean + 4 * deviation < 1.12


@pytest.mark.parametrize("task", TASKS)
def test_another_seed_is_another_case(solved: dict[str, Any], task: str) -> None:
    """Answers of one case, sent back on another, do not get full marks."""
    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        replies.append(solved[task](*args))
        return replies[-1]

    [first] = judge_in_process(LESSON, task, {task: remember}, [1])
    assert first.full
    for seed in range(2, 8):
        again = iter(replies * 3)
        [second] = judge_in_process(LESSON, task, {task: lambda *args, a=again: next(a)}, [seed])
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
