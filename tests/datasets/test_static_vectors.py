"""The static word vectors are what their datasheet says they are."""

from __future__ import annotations

import hashlib
import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from autograder.content import load
from autograder.interactives.retrieval import judged, texts, vectors_of, words_of

HERE = Path(__file__).resolve().parents[2] / "datasets" / "static_vectors"


def test_hash_and_rows_are_as_described() -> None:
    """dataset.yaml states each file's digest and number of rows."""
    described: dict[str, Any] = yaml.safe_load((HERE / "dataset.yaml").read_text(encoding="utf-8"))
    rows = {"words": load("static_vectors/words")["rows"], "recall": 5}
    for entry in described["files"]:
        raw = (HERE / entry["path"]).read_bytes()
        assert hashlib.sha256(raw).hexdigest() == entry["sha256"]
        assert rows[entry["name"]] == entry["rows"]
    assert len(load("static_vectors/recall")["recall"]) == rows["recall"]


def test_recall_is_measured_from_the_committed_vectors() -> None:
    """Without a model make.py finds the same shares again, and the datasheet quotes them."""
    assert runpy.run_path(str(HERE / "make.py"))["main"](["--recall"]) == 0
    sheet = (HERE / "README.md").read_text(encoding="utf-8")
    for row in load("static_vectors/recall")["recall"].values():
        shares = " | ".join(f"{value:.3f}".removeprefix("0") for value in row.values())
        assert f"| {shares} |" in sheet


@pytest.mark.slow
def test_make_rebuilds_the_vectors_within_the_stated_tolerance() -> None:
    """The model gives every component to two steps, for the same words."""
    assert runpy.run_path(str(HERE / "make.py"))["main"](["--check"]) == 0


def test_every_word_of_passages_and_questions_has_a_vector() -> None:
    """Nothing that is searched is left out, and no stop word is in."""
    vectors = vectors_of(load("static_vectors/words"))
    wanted = [*texts().values(), *(query for query, _ in judged())]
    assert {word for text in wanted for word in words_of(text)} <= vectors.keys()
    assert all(words_of(word) == [word] for word in vectors)


def test_near_words_are_near() -> None:
    """A laptop is nearer to a notebook than to a snapshot, a credential to a password."""
    vectors = vectors_of(load("static_vectors/words"))

    def cosine(a: str, b: str) -> float:
        x, y = vectors[a], vectors[b]
        return float(x @ y / (np.linalg.norm(x) * np.linalg.norm(y)))

    assert cosine("laptop", "notebook") > cosine("laptop", "snapshot")
    assert cosine("credential", "password") > cosine("credential", "table")
