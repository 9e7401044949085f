"""What an embedding tells about support: lesson 20's sentence about MiniLM, measured."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from autograder.content import load
from autograder.provider.vectors import encoder

pytestmark = pytest.mark.bench


@pytest.mark.timeout(600)
def test_cosine_tells_neither_negation_nor_support(capsys: pytest.CaptureFixture[str]) -> None:
    """A claim and its denial are nearly the same vector; claim against passage is a coin."""
    embed = encoder().encode
    one, other = np.array(embed(["A valid login is needed", "A valid login is not needed"]))
    texts = {p["id"]: p["text"] for d in load("grounded_answers/documents") for p in d["passages"]}
    rows = [
        (answer["text"][c["start"] : c["end"]], texts[c["about"]], c["label"] != "supported")
        for answer in load("grounded_answers/answers")
        for c in answer["claims"]
    ]
    claims = np.array(embed([claim for claim, _, _ in rows]))
    passages = dict(zip(texts, np.array(embed(list(texts.values()))), strict=True))
    held = np.array([passages[name] for name in _about()])
    area = roc_auc_score([bad for *_, bad in rows], -(claims * held).sum(axis=1))
    with capsys.disabled():
        print(f"\ncosine of a claim and its denial {one @ other:.3f}; AUC of cosine {area:.3f}")
    assert one @ other == pytest.approx(0.94, abs=5e-3)
    assert 0.45 <= area <= 0.55


def _about() -> list[str]:
    """Name the passage of every claim, in order."""
    return [c["about"] for answer in load("grounded_answers/answers") for c in answer["claims"]]
