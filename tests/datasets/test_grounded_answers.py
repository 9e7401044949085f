"""The grounded answers are what their datasheet says they are."""

from __future__ import annotations

import hashlib
import runpy
from collections import Counter
from pathlib import Path
from typing import Any

import yaml

from autograder.content import load

HERE = Path(__file__).resolve().parents[2] / "datasets" / "grounded_answers"


def test_make_rebuilds_every_file_bit_for_bit() -> None:
    """The committed files are exactly what make.py writes."""
    assert runpy.run_path(str(HERE / "make.py"))["main"](["--check"]) == 0


def test_hash_and_rows_are_as_described() -> None:
    """dataset.yaml states each file's digest, rows and fields."""
    described: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    for entry in described["files"]:
        raw = (HERE / entry["path"]).read_bytes()
        rows = load(f"grounded_answers/{entry['name']}")
        assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
        assert len(rows) == entry["rows"]
        for row in rows if isinstance(rows, list) else [rows]:
            assert set(row) == set(entry["fields"])


def test_claims_stand_where_they_say_and_speak_of_passages_in_force() -> None:
    """Spans are in order and inside the text; `about` is a passage of a document in force."""
    documents = load("grounded_answers/documents")
    replaced = {d["replaces"] for d in documents}
    current = {p["id"] for d in documents if d["id"] not in replaced for p in d["passages"]}
    labels: Counter[str] = Counter()
    for answer in load("grounded_answers/answers"):
        at = 0
        for claim in answer["claims"]:
            text = answer["text"][claim["start"] : claim["end"]]
            assert at <= claim["start"] < claim["end"] <= len(answer["text"])
            assert text == text.strip(" .")
            assert claim["about"] in current
            assert (claim["label"] == "supported") == (claim["change"] == "")
            labels[claim["label"]] += 1
            at = claim["end"]
    assert labels == {"supported": 884, "contradicted": 96, "unsupported": 39}


def test_the_shaped_files_have_ragtruths_fields() -> None:
    """Fields, label types and spans are those that RAGTruth's README describes."""
    sources = {row["source_id"]: row for row in load("grounded_answers/source_info")}
    types = set()
    for row in load("grounded_answers/response"):
        assert list(row) == [
            "id", "source_id", "model", "temperature", "labels", "split", "quality", "response",
        ]  # fmt: skip
        assert set(sources[row["source_id"]]["source_info"]) == {"question", "passages"}
        assert row["split"] in ("train", "test")
        for label in row["labels"]:
            assert row["response"][label["start"] : label["end"]] == label["text"]
            types.add(label["label_type"])
    assert types == {"Evident Conflict", "Evident Baseless Info"}
