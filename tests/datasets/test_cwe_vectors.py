"""The vectors and the BEIR folder are what their datasheets say they are."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from autograder.content import load

ROOT = Path(__file__).resolve().parents[2] / "datasets"
SLUGS = ("cwe_vectors", "security_beir")


def unpacked(name: str) -> Any:
    """Read one file's vectors."""
    return runpy.run_path(str(ROOT / "cwe_vectors" / "make.py"))["unpacked"](load(name))


@pytest.mark.parametrize("slug", SLUGS)
def test_hash_and_rows_are_as_described(slug: str) -> None:
    """dataset.yaml states each file's digest and number of rows."""
    described = yaml.safe_load((ROOT / slug / "dataset.yaml").read_text(encoding="utf-8"))
    for entry in described["files"]:
        raw = (ROOT / slug / entry["path"]).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
        held = load(f"{slug}/{entry['name']}")
        rows = held["rows"] if isinstance(held, dict) else len(raw.splitlines())
        assert rows - (entry["path"].endswith(".tsv")) == entry["rows"]


def test_make_rebuilds_the_beir_text_bit_for_bit() -> None:
    """Corpus, queries and judgements are exactly what make.py writes."""
    main = runpy.run_path(str(ROOT / "security_beir" / "make.py"))["main"]
    assert main(["--check", "--text"]) == 0


@pytest.mark.slow
@pytest.mark.parametrize("slug", SLUGS)
def test_make_rebuilds_the_vectors_within_the_stated_tolerance(slug: str) -> None:
    """The model gives every component to two steps and every row to a cosine of .999."""
    assert runpy.run_path(str(ROOT / slug / "make.py"))["main"](["--check"]) == 0


def test_vectors_stand_in_the_order_of_their_texts() -> None:
    """Row i belongs to entry i: shifted by one, names hardly find their descriptions."""
    names, texts = unpacked("cwe_vectors/names"), unpacked("cwe_vectors/descriptions")
    assert len(names) == len(texts) == len(load("cwe/weaknesses"))
    a, b = (x / np.linalg.norm(x.astype(float), axis=1, keepdims=True) for x in (names, texts))
    assert (a * b).sum(axis=1).mean() > 0.55
    assert (a * np.roll(b, 1, axis=0)).sum(axis=1).mean() < 0.3


def test_every_question_has_a_passage_and_every_document_its_rights() -> None:
    """Each question has one judgement; the sections of a document share its rights."""
    corpus = {p["_id"]: p for p in load("security_beir/corpus")}
    asked = [q["_id"] for q in load("security_beir/queries")]
    rows = [line.split("\t") for line in load("security_beir/qrels").splitlines()[1:]]
    assert [query for query, _, _ in rows] == asked
    assert {passage for _, passage, _ in rows} <= corpus.keys()
    assert all(p["metadata"]["groups"] for p in corpus.values())
    shared: dict[str, set[str]] = {}
    for name, p in corpus.items():
        shared.setdefault(name.partition("#")[0], set()).add(str(p["metadata"]))
    assert all(len(rights) == 1 for rights in shared.values())
