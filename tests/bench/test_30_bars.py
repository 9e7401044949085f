"""Lesson 30's bars over every case that can be drawn, copied values, and what its world costs."""

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
TASKS = [task.id for task in content.course().lesson(LESSON).tasks]
CORPUS = Path(content.lesson_dir(LESSON) / "corpus")
DISCORDANT = [k / 200 for k in range(17, 25)]
# Name of a step, margins, alphas an attempt, attempts, and what the planned size is divided by.
GATES = [
    ("planned", (0.015, 0.025, 0.03), (0.01, 0.02), (1,), 1),
    ("a quarter", (0.015, 0.025, 0.03), (0.02,), (1,), 4),
    ("attempts", (0.015, 0.025), (0.02,), (3, 4), 1),
]
RIGHT = ["reference", "right_decide_exact_test", "right_decide_by_findings"]
WRONG = [
    "wrong_decide_by_mean",
    "wrong_decide_fixed_point",
    "wrong_decide_not_significant_is_safe",
    "wrong_decide_own_thresholds",
]


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


def test_the_bars_on_slices_part_right_from_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    """Over 150 seeds each right method passes every step, each wrong one fails one."""
    names = sorted(p.stem for p in CORPUS.glob("*.py") if p.stem.split("_")[1] == "slices")
    base = definitions()
    for name in ["reference", *names]:
        function = answer(name, "judge_slices")
        marks = judge_in_process(
            LESSON, "judge_slices", base | {"judge_slices": function}, range(150)
        )
        full = sum(mark.full for mark in marks)
        with capsys.disabled():
            print(f"{name}: {full} of {len(marks)} full")
        assert full == (0 if name.startswith("wrong") else len(marks))


@pytest.mark.parametrize("task", TASKS)
def test_copied_values_are_not_full(task: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The replies of case A, in their order, on case B: below full in 99.5 % of the pairs."""
    names = definitions()
    replies: list[Any] = []

    def remember(*args: Any) -> Any:
        replies.append(names[task](*args))
        return replies[-1]

    marks, pairs = [], 400
    for seed in range(pairs):
        replies.clear()
        [own] = judge_in_process(LESSON, task, names | {task: remember}, [seed])
        assert own.full
        sent = iter([*replies, *replies, *replies])
        copied = names | {task: lambda *args, sent=sent: next(sent)}
        marks += judge_in_process(LESSON, task, copied, [seed + pairs])
    full = sum(mark.full for mark in marks)
    mean = sum(mark.value for mark in marks) / len(marks)
    with capsys.disabled():
        print(f"{task}: {full} of {len(marks)} copies full, mean score {mean:.3f}")
    assert full <= 0.005 * len(marks)


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
