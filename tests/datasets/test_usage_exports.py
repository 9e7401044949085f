"""The usage exports are what their datasheet says they are."""

from __future__ import annotations

import csv
import hashlib
import json
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.content import load

HERE = Path(__file__).resolve().parents[2] / "datasets" / "usage_exports"


@pytest.fixture(scope="module")
def make() -> dict[str, Any]:
    return runpy.run_path(str(HERE / "make.py"))


def test_make_rebuilds_the_files_bit_for_bit(make: dict[str, Any]) -> None:
    """The committed files are exactly what make.py writes."""
    assert make["main"](["--check"]) == 0


def test_hashes_rows_and_fields_are_as_described() -> None:
    """dataset.yaml states each file's digest, rows and fields."""
    described: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    for entry in described["files"]:
        path = HERE / entry["path"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == entry["sha256"]
        if path.suffix == ".csv":
            rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
            assert len(rows) == entry["rows"]
            assert all(list(row) == list(entry["fields"]) for row in rows)
        else:
            assert list(json.loads(path.read_text(encoding="utf-8"))) == list(entry["fields"])


def test_both_forms_hold_the_same_usage() -> None:
    """Token counts and requests of the page and of the CSV add up alike; a day is idle."""
    results = [r for bucket in load("usage_exports/usage")["data"] for r in bucket["results"]]
    frame = load("usage_exports/usage_csv")
    for name in ("input_tokens", "output_tokens", "input_cached_tokens", "num_model_requests"):
        assert frame[name].sum() == sum(r[name] for r in results)
    assert frame["model"].isna().sum() == 1
    assert sum(r["project_id"] is None for r in results) == 1
    written = [r["input_cached_tokens"] + r["input_cache_write_tokens"] for r in results]
    assert all(w < r["input_tokens"] for w, r in zip(written, results, strict=True))


def test_both_forms_hold_the_same_costs() -> None:
    """Amounts agree to a millionth of a dollar."""
    results = [r for bucket in load("usage_exports/costs")["data"] for r in bucket["results"]]
    paid = sum(r["amount"]["value"] for r in results)
    assert load("usage_exports/costs_csv")["amount_value"].sum() == pytest.approx(paid, abs=1e-6)
