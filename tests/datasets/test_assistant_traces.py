"""The assistant's traces are what their datasheet says they are."""

from __future__ import annotations

import hashlib
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from autograder.content import load
from autograder.scenarios.traces import MODES, PUBLIC

HERE = Path(__file__).resolve().parents[2] / "datasets" / "assistant_traces"


def test_make_rebuilds_every_file_bit_for_bit() -> None:
    """The committed files are exactly what make.py writes."""
    assert runpy.run_path(str(HERE / "make.py"))["main"](["--check"]) == 0


def test_hash_rows_and_fields_are_as_described() -> None:
    """dataset.yaml states each file's digest and rows, and the fields of what has any."""
    described: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    for entry in described["files"]:
        rows = load(f"assistant_traces/{entry['name']}")
        assert hashlib.sha256((HERE / entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
        assert len(rows) == entry["rows"]
        if "fields" in entry:
            assert all(set(row) == set(entry["fields"]) for row in rows)


def test_the_read_traces_are_the_design_of_the_datasheet() -> None:
    """300 traces, so many of each feedback, all families, and every mode at least nine times."""
    feedback = {t["id"]: t["feedback"] for t in load("assistant_traces/traces")}
    reviews = load("assistant_traces/reviews")
    read = Counter(feedback[r["id"]] for r in reviews)
    assert read == {"down": 60, "edited": 60, "abandoned": 60, "up": 20, "none": 100}
    assert {r["family"] for r in reviews} == set(PUBLIC)
    found = Counter(mode for r in reviews for mode in r["agreed"])
    assert set(found) == set(MODES)
    assert min(found.values()) >= 9


def test_the_log_holds_48_unsafe_answers_and_reviews_agree_with_it() -> None:
    """2.0 % of the log is unsafe, and what was agreed on is what was planted."""
    planted = load("assistant_traces/planted")
    assert sum("unsafe_step" in modes for modes in planted.values()) == 48
    for row in load("assistant_traces/reviews"):
        assert row["agreed"] == planted.get(row["id"], [])
