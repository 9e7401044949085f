"""The placement's parameters are what the dataset says they are."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder import career
from autograder.placement.records import SCALES, parameters

HERE = Path(__file__).resolve().parents[2] / "datasets" / "placement"
MAKE: dict[str, Any] = runpy.run_path(str(HERE / "make.py"))


def test_make_rebuilds_every_file_bit_for_bit() -> None:
    """The committed files are exactly what make.py writes."""
    for name, text in MAKE["files"]().items():
        assert (HERE / name).read_text(encoding="utf-8") == text
    assert MAKE["main"](["--check"]) == 0


def test_the_description_holds_the_digests_and_the_number_of_rows() -> None:
    """Each file's digest, and as many items as are described."""
    described = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    for one in described["files"]:
        data = (HERE / one["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one["sha256"]
    assert described["files"][0]["rows"] == len(parameters().tasks)


def test_each_scale_has_ten_items_of_one_to_four_minutes() -> None:
    """Each points to a planned lesson, and harder ones lie above the scale's lowest cut."""
    planned = {lesson.id for lesson in career.planned_lessons()}
    for scale in SCALES:
        tasks = [task for task in parameters().tasks if task.scale == scale]
        assert len({task.id for task in tasks}) == 10
        assert {task.lesson for task in tasks} <= planned
        assert all(1 <= task.minutes <= 4 and task.discrimination > 0 for task in tasks)
        low, high = parameters().cuts(scale)
        assert low < high
        assert min(t.difficulty for t in tasks) < low < max(t.difficulty for t in tasks)


@pytest.mark.parametrize("software", [-9, -1.4, -0.5, 0.3, 9])
@pytest.mark.parametrize("evaluation", [-9, 0.1, 1, 1.7, 9])
def test_every_pair_of_abilities_has_one_start(software: float, evaluation: float) -> None:
    """The bands cover the plane without overlap."""
    holding = [one for one in parameters().starts if one.holds(software, evaluation)]
    assert len(holding) == 1
    assert parameters().starts[parameters().start(software, evaluation)] == holding[0]


def test_the_starts_are_the_five_of_the_plan() -> None:
    """In the order in which a learner meets them, and all of them planned."""
    planned = [lesson.id for lesson in career.planned_lessons()]
    starts = [start.lesson for start in parameters().starts]
    assert [name[:2] for name in starts] == ["01", "03", "09", "16", "30"]
    assert starts == [name for name in planned if name in starts]
