"""The eval's runs are what their datasheet says they are."""

from __future__ import annotations

import hashlib
import math
import runpy
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

from autograder.content import load

HERE = Path(__file__).resolve().parents[2] / "datasets" / "eval_runs"


@pytest.fixture(scope="module")
def make() -> dict[str, Any]:
    return runpy.run_path(str(HERE / "make.py"))


def test_make_rebuilds_the_file_bit_for_bit(make: dict[str, Any]) -> None:
    """The committed file is exactly what make.py writes."""
    assert make["main"](["--check"]) == 0


def test_hash_and_rows_are_as_described() -> None:
    """dataset.yaml states the file's digest, rows and fields."""
    described: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    [entry] = described["files"]
    rows = load("eval_runs/runs")
    assert hashlib.sha256((HERE / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
    assert len(rows) == entry["rows"]
    assert all(set(row) == set(entry["fields"]) for row in rows)


def test_structure_is_as_the_datasheet_says() -> None:
    """240 documents of one topic each, six to 14 questions a document, passes from .7."""
    table = pd.DataFrame(load("eval_runs/runs"))
    assert table.question.is_unique
    assert table.groupby("document").topic.nunique().eq(1).all()
    assert table.groupby("topic").document.nunique().to_list() == [20] * 12
    sizes = table.groupby("document").size()
    assert (len(sizes), sizes.min(), sizes.max()) == (240, 6, 14)
    assert (table.a == (table.score_a >= 0.7)).all()
    assert (table.b == (table.score_b >= 0.7)).all()


def test_true_rates_are_the_datasheet_s(make: dict[str, Any]) -> None:
    """A large drawing gives the pass rates, and the same gain on every topic and document."""
    table = pd.DataFrame(make["runs"](1, 400))
    # Documents, not rows, are what varies: 4,800 of them.
    error = 4 * 0.15 / math.sqrt(table.document.nunique())
    assert table.a.mean() == pytest.approx(0.840, abs=error)
    assert table.b.mean() == pytest.approx(0.859, abs=error)
    difference = table.b - table.a
    assert difference.mean() == pytest.approx(0.019, abs=0.006)
    assert (difference != 0).mean() == pytest.approx(0.099, abs=0.008)
    gains = difference.groupby(table.topic).mean()
    assert gains.max() - gains.min() < 0.04
    by_document = (difference - difference.mean()).groupby(table.document).sum()
    assert (by_document**2).sum() / len(table) / difference.var() == pytest.approx(1.0, abs=0.08)
