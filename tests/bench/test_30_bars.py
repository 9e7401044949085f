"""Lesson 30's bars over every case that can be drawn, and what its world costs."""

from __future__ import annotations

import ast
import math
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from autograder import content
from autograder.authoring.lesson import read_lesson
from autograder.judging import judge_in_process, load_judge
from autograder.scenarios.candidates import pool, stage

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
LESSON = "30_release_gate"
CORPUS = Path(content.lesson_dir(LESSON) / "corpus")
DISCORDANT = [k / 200 for k in range(17, 25)]
# Name of a step, margins, alphas an attempt, attempts, and what the planned size is divided by.
GATES = [
    ("planned", (0.03, 0.035), (0.02,), (1,), 1),
    ("a quarter", (0.012, 0.014), (0.01,), (1,), 4),
    ("attempts", (0.015, 0.025), (0.02,), (3, 4), 1),
]
RIGHT = ["reference", "right_decide_exact_test", "right_decide_by_findings"]
WRONG = [
    "wrong_decide_by_mean",
    "wrong_decide_fixed_point",
    "wrong_decide_not_significant_is_safe",
    "wrong_decide_own_thresholds",
    "wrong_decide_by_size",
    "wrong_decide_attempts_for_free",
]
LEVELS = [(a, m, n) for a in (0.05, 0.1) for m in (0.06, 0.07) for n in (200, 220, 240)]
FAMILIES = [(a, m, clear) for a in (0.05, 0.1) for m in (8, 9, 10) for clear in (3, 4)]


def definitions() -> dict[str, Any]:
    """Define the lesson's functions, and run none of its experiments."""
    names: dict[str, Any] = {}
    for cell in read_lesson(content.lesson_dir(LESSON) / "lesson.py").of_kind("code"):
        tree = ast.parse(cell.source)
        kept = (ast.FunctionDef, ast.Import, ast.ImportFrom)
        tree.body = [node for node in tree.body if isinstance(node, kept)]
        exec(compile(tree, LESSON, "exec"), names)
    return names


def answer(name: str, task: str) -> Any:
    """Give the reference, or a corpus file's function."""
    names = definitions()
    if name != "reference":
        exec(compile((CORPUS / f"{name}.py").read_text("utf-8"), name, "exec"), names)
    return names[task]


def module(task: str) -> Any:
    """Give the module of the judges."""
    return sys.modules[load_judge(LESSON, task).function.__module__]


def within_bars(
    decide: Any, judge: Any, gate: tuple[Any, ...]
) -> tuple[list[bool], dict[str, float]]:
    """Tell for every case of a step whether it passes, with the worst chances met."""
    step, margins, alphas, attempts, part = gate
    passed, worst = [], {"ship at 0": 1.0, "block at 1": 1.0, "block at 1.5": 1.0, "excess": -1.0}
    for margin in margins:
        for alpha in alphas:
            for tries in attempts:
                for psi in DISCORDANT:
                    document = judge._gate(Random(1), margin, alpha * tries, tries, bare=True)
                    n = math.ceil(judge.needed(margin, psi, alpha, judge._POWER)) // part
                    tables, laws = judge._outcomes(n, psi, margin)
                    made = decide(document, [judge._report(n, *table) for table in tables])
                    said = [one["verdict"] for one in made]

                    def chance(
                        multiple: float, verdict: str, laws: Any = laws, said: Any = said
                    ) -> float:
                        pairs = zip(laws[multiple], said, strict=True)
                        return sum(p for p, s in pairs if s == verdict)

                    found = {
                        "ship at 0": chance(0.0, "ship"),
                        "block at 1": chance(1.0, "block"),
                        "block at 1.5": chance(1.5, "block"),
                    }
                    excess = max(chance(0.0, "block"), chance(1.0, "ship")) - alpha
                    worst = {k: min(worst[k], v) for k, v in found.items()} | {
                        "excess": max(worst["excess"], excess)
                    }
                    enough = part > 1 or found["ship at 0"] >= 0.95
                    if step == "planned":
                        enough &= found["block at 1"] >= 0.8 and found["block at 1.5"] >= 0.97
                    passed.append(enough and excess <= 0.02)
    return passed, worst


@pytest.mark.parametrize("name", [*RIGHT, *WRONG])
def test_the_gate_s_bars_part_right_from_wrong(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every case of the three steps: right ones pass all, a wrong one passes no seed.

    The cases are all that a seed can draw, so the reference's chance to fail is 0.
    A seed draws one case of each step; a wrong method's chance is the product.
    """
    judge, decide, lucky = module("decide"), answer(name, "decide"), 1.0
    for gate in GATES:
        passed, worst = within_bars(decide, judge, gate)
        lucky *= sum(passed) / len(passed)
        shown = ", ".join(f"{k} {v:.3f}" for k, v in worst.items())
        with capsys.disabled():
            print(f"{name}, {gate[0]}: {sum(passed)} of {len(passed)} cases pass; worst: {shown}")
    assert lucky == 1 if name in RIGHT else lucky < 0.01


def errors_on_slices(judge_slices: Any, judge: Any) -> tuple[float, float, list[bool]]:
    """Give the worst excess over alpha of either claim, and for every case whether both hold."""

    def ask(tables: list[tuple[int, int, int]], margin: float, alpha: float) -> list[str]:
        rows = [
            {"slice": f"s{i:03d}", "items": n, "lost": lost, "won": won}
            for i, (n, lost, won) in enumerate(tables)
        ]
        return [said for _, said in sorted(judge_slices(rows, margin, alpha).items())]

    held, alarms = [], []
    for alpha, margin, n in LEVELS:
        cells, at_margin, _ = judge._cells(n, 0.1, margin)
        said = ask([(n, *cell) for cell in cells], margin, alpha)
        wrongly = sum(p for p, s in zip(at_margin, said, strict=True) if s == "held")
        held.append(wrongly - alpha)
    for alpha, m, clear in FAMILIES:
        for apart in judge._COARSE[alpha, m - clear]:
            rest = [(260, apart // 2, apart // 2)] * (m - clear - 1) + [(260, 35, 2)] * clear
            law, alarm = judge._pmf(apart, 0.5), 0.0
            for lost in range(apart // 2, apart + 1):
                worse = ask([(260, lost, apart - lost), *rest], 0.05, alpha)[0] == "worse"
                alarm += law[lost] * worse
            alarms.append(1 - (1 - alarm) ** (m - clear) - alpha)
    return max(held), max(alarms), [e <= 0.02 for e in held] + [e <= 1e-9 for e in alarms]


def test_the_bars_on_slices_part_right_from_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    """Every case of the two enumerated steps, then 60 whole cases: right pass, wrong do not.

    Right ones pass every case that can be drawn, so their chance to fail a bar is 0.
    """
    names = sorted(p.stem for p in CORPUS.glob("*.py") if p.stem.split("_")[1] == "slices")
    shapeless = ("as_pairs", "names_the_guilty_only", "other_words")
    base, judge = definitions(), module("judge_slices")
    for name in ["reference", *names]:
        function = answer(name, "judge_slices")
        shown = ""
        if not name.endswith(shapeless):
            held, alarm, passed = errors_on_slices(function, judge)
            assert not name.startswith(("right", "reference")) or all(passed)
            shown = f"; over alpha: held {held:+.4f}, alarms {alarm:+.4f}"
            shown += f", {sum(passed)} of {len(passed)} bars kept"
        marks = judge_in_process(
            LESSON, "judge_slices", base | {"judge_slices": function}, range(60)
        )
        full = sum(mark.full for mark in marks)
        with capsys.disabled():
            print(f"{name}: {full} of {len(marks)} full{shown}")
        assert full == (0 if name.startswith("wrong") else len(marks))


@pytest.mark.parametrize(("discordant", "margin"), [(0.1, 0.06), (0.1, 0.07)])
def test_the_cells_hold_nearly_all_the_chance(discordant: float, margin: float) -> None:
    """What is left out of the enumeration of "held" is less than 1.5 percent of a law."""
    judge = module("judge_slices")
    for n in (200, 220, 240):
        _, *laws = judge._cells(n, discordant, margin)
        assert all(0.985 < sum(law) <= 1 + 1e-9 for law in laws)


def test_a_world_is_staged_in_time(say_last: Callable[[str], None]) -> None:
    """The median processor time of a registry and of a pool; about 5 ms each on a quiet core."""
    for name, make in (("registry", stage), ("pool", pool)):
        took = []
        for seed in range(40):
            started = time.process_time()
            make(seed)
            took.append(1_000 * (time.process_time() - started))
        say_last(f"{name}: {statistics.median(took):.1f} ms, at most {max(took):.1f}")
        assert statistics.median(took) < 15
