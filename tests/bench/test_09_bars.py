"""How far lesson 09's one drawn bar lies from right and wrong methods, over 2,000 seeds."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from autograder import content
from autograder.judging import load_judge

pytestmark = [pytest.mark.bench, pytest.mark.timeout(600)]
LESSON = "09_numbers_you_can_trust"
SEEDS = 2_000
NARROW, WIDE = 0.82, 1.12


def test_widths_of_clustered_intervals_part_right_from_wrong(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """No estimator that counts documents leaves the window; counting rows never enters.

    The normal tail at the measured mean and deviation puts a right one outside
    with a chance below 1e-4, and counting rows inside with one below 1e-2.
    """
    function = load_judge(LESSON, "clustered_interval").function
    judge = sys.modules[function.__module__]
    ratios: dict[str, list[float]] = {}
    methods = {
        name: _method(name, judge)
        for name in (
            "right_clustered_by_jackknife",
            "right_clustered_by_likeness",
            "wrong_clustered_wald_on_documents",
            "wrong_clustered_rows",
        )
    }
    for seed in range(SEEDS):
        draw = Random(seed)
        alike = draw.uniform(0.12, 0.3)
        worlds = [judge._world(draw, alike) for _ in range(6)]
        usual = sum(-np.subtract(*judge.clustered(*np.array(world).T)) for world in worlds)
        for name, method in methods.items():
            wide = sum(high - low for low, high in map(method, worlds))
            ratios.setdefault(name, []).append(float(wide / usual))
    with capsys.disabled():
        for name, found in ratios.items():
            mean, deviation = float(np.mean(found)), float(np.std(found))
            print(
                f"{name}: {min(found):.3f} to {max(found):.3f}, mean {mean:.3f}, "
                f"deviation {deviation:.4f}, bar at {(NARROW - mean) / deviation:+.1f} deviations"
            )
            if name != "wrong_clustered_rows":
                assert min(found) >= NARROW
                assert max(found) <= WIDE
                assert min(mean - NARROW, WIDE - mean) > 3.8 * deviation
            else:
                assert max(found) < NARROW
                assert NARROW - mean > 2.4 * deviation


def _method(name: str, judge: Any) -> Callable[[Any], Any]:
    """Load a corpus file's function beside the `wilson` that the lesson gives."""

    def wilson(rate: float, n: float, z: float) -> list[float]:
        return [float(end) for end in judge.wilson(rate * n, n, z)]

    path = Path(content.lesson_dir(LESSON)) / "corpus" / f"{name}.py"
    namespace: dict[str, Any] = {"wilson": wilson}
    exec(compile(path.read_text(encoding="utf-8"), name, "exec"), namespace)
    function: Callable[[Any], Any] = namespace["clustered_interval"]
    return function
