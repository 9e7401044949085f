"""The judged answers are worth what their labels say, in MT-Bench's shapes."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path
from typing import Any

import pytest
import yaml

from autograder.content import load
from autograder.provider.behaviour.quality import GOOD
from autograder.provider.behaviour.sentences import content_stems, overlap, stems

HERE = Path(__file__).resolve().parents[2] / "datasets" / "judged_answers"
REFERENCES = {q["question_id"]: q["reference"][0] for q in load("judged_answers/questions")}


def worth(row: dict[str, Any], text: str) -> float:
    """Return the quality that a practice judge reads from an answer."""
    return overlap(content_stems(REFERENCES[row["question_id"]]), stems(text))


def test_make_rebuilds_every_file_bit_for_bit() -> None:
    """The committed files are exactly what make.py writes."""
    assert runpy.run_path(str(HERE / "make.py"))["main"](["--check"]) == 0


def test_hash_and_rows_are_as_described() -> None:
    """dataset.yaml states each file's digest, rows and fields."""
    described: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    for entry in described["files"]:
        raw = (HERE / entry["path"]).read_bytes()
        rows = load(f"judged_answers/{entry['name']}")
        assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
        assert len(rows) == entry["rows"]
        assert all(set(row) == set(entry["fields"]) for row in rows)


@pytest.mark.parametrize("name", ["tuned", "labelled", "month"])
def test_labels_are_what_a_judge_could_read(name: str) -> None:
    """An answer passes exactly where its quality, as the provider reads it, is good."""
    for row in load(f"judged_answers/{name}"):
        assert (worth(row, row["answer"]) >= GOOD) == (row["human"] == "pass")


def test_filler_says_nothing() -> None:
    """No filler sentence shares a content stem with any reference."""
    for sentence in runpy.run_path(str(HERE / "make.py"))["FILLER"]:
        for reference in REFERENCES.values():
            assert overlap(content_stems(reference), stems(sentence)) == 0


def test_the_wordy_system_is_worse_and_longer() -> None:
    """`ample-1` has more words and less quality than `terse-2` on the mean."""
    found: dict[str, list[tuple[float, int]]] = {}
    for row in load("judged_answers/answers"):
        [text] = row["choices"][0]["turns"]
        found.setdefault(row["model_id"], []).append((worth(row, text), len(text.split())))
    quality, words = (
        {name: sum(pair[k] for pair in pairs) / 100 for name, pairs in found.items()}
        for k in (0, 1)
    )
    assert quality["terse-2"] > quality["ample-1"] + 0.1
    assert words["ample-1"] > 2 * words["terse-2"]


def test_tuned_items_are_about_the_first_questions() -> None:
    """Every tuned item is on one of 25 questions; every kind of winner occurs in the pairs."""
    assert {row["question_id"] for row in load("judged_answers/tuned")} <= set(range(201, 226))
    rows = load("judged_answers/pair_judgements")
    winners = {row[g] for row in rows for g in ("g1_winner", "g2_winner")}
    assert winners == {"model_1", "model_2", "tie", "error"}
